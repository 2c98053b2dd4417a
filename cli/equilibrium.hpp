#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "sim/base/options.hpp"

namespace aicmp {

// The subcommands of `aicmp equilibrium`, each in a file of its own.
void add_eta_equilibrium(CLI::App& group);
void add_pools_equilibrium(CLI::App& group);
void add_withholding_equilibrium(CLI::App& group);

/// Fees and the like.
inline constexpr Limits kFraction{.min = 0.0, .max = 1.0, .min_open = false, .max_open = true};

/// Refuses numbers beyond the limits, NaN too, which CLI::Range lets pass.
CLI::Validator within(const Limits& limits);

/// The parts of `text` between separators, empty ones too.
std::vector<std::string> split(const std::string& text, char separator);

/// `text` as a finite number; ConfigError naming the option otherwise.
double number(const std::string& option, const std::string& text);

}  // namespace aicmp
