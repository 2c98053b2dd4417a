#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/learning_commands.hpp"

namespace aicmp {
namespace {

/// Runs the program of the learners, which lies beside this one, in place of it.
[[noreturn]] void become_learner(std::vector<std::string> words) {
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
  const std::string program = (self.parent_path() / "aicmp-learn").string();
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw std::runtime_error(
      errno == ENOENT
          ? "this build has no learners: install PyTorch (scripts/setup) and configure with "
            "-DAICMP_WITH_TORCH=ON"
          : fmt::format("{}: {}", program, std::strerror(errno)));
}

}  // namespace

void add_learner_commands(CLI::App& app, const std::vector<std::string>& argv) {
  for (const auto& [name, help] :
       {std::pair{"train", "Train a policy for a decision problem"},
        std::pair{"tune", "Search for hyperparameters within a budget"}}) {
    CLI::App* command = app.add_subcommand(name, help);
    command->set_help_flag();  // the learners answer --help
    command->prefix_command();
    command->callback([argv] { become_learner(argv); });
  }
}

}  // namespace aicmp
