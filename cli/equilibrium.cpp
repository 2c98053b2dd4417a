#include "cli/equilibrium.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

std::optional<double> parse(const std::string& text) {
  double value = 0.0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

CLI::Validator within(const Limits& limits) {
  return CLI::Validator(
      [limits](const std::string& text) {
        const std::optional<double> value = parse(text);
        if (value && limits.contains(*value)) return std::string();
        return fmt::format("'{}' is out of range (allowed: {})", text, limits.text());
      },
      "");
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

double number(const std::string& option, const std::string& text) {
  const std::optional<double> value = parse(text);
  if (!value) throw ConfigError({}, option, fmt::format("'{}' is not a number", text));
  return *value;
}

void add_equilibrium_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("equilibrium", "Where miners who act in their own interest end up");
  command->require_subcommand(1);
  command->footer(
      "Closed forms and solvers, without a simulation:\n\n"
      "  aicmp equilibrium eta --miners 20 --fee 0.005 --outside-fee 0.015\n"
      "  aicmp equilibrium pools --eta 0.99 --risk 1\n"
      "  aicmp equilibrium withholding --pools 0.2,0.1");
  add_eta_equilibrium(*command);
  add_pools_equilibrium(*command);
  add_withholding_equilibrium(*command);
}

}  // namespace aicmp
