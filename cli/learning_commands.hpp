#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace aicmp {

// The subcommands around trained policies, as in commands.hpp.
void add_evaluate_command(CLI::App& app);
void add_export_command(CLI::App& app);

// Those that need libtorch belong to a program of their own (learn_main.cpp); in aicmp something
// stands for them that becomes that program.
void add_train_command(CLI::App& app, const std::vector<std::string>& argv);
void add_tune_command(CLI::App& app, const std::vector<std::string>& argv);
void add_learner_commands(CLI::App& app, const std::vector<std::string>& argv);

}  // namespace aicmp
