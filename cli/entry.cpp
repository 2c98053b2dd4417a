#include "cli/entry.hpp"

#include <new>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/experiment/build_info.hpp"

namespace aicmp {
namespace {

constexpr int kRunFailed = 1;
constexpr int kUsageError = 2;

/// The message of CLI11, what may have been meant, and where to look.
std::string usage_text(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  std::string path = "aicmp";
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    path += ' ' + command->get_name();
  }
  std::vector<std::string> names;
  for (const CLI::App* child : command->get_subcommands({})) names.push_back(child->get_name());
  for (const CLI::Option* option : command->get_options()) {
    if (option->nonpositional()) names.push_back(option->get_name());
  }
  std::string guess;
  for (const std::string& word : app.remaining(/*recurse=*/true)) {
    if (guess.empty()) guess = nearest(word, names);
  }
  return fmt::format("{}{} (see '{} --help')", error.what(),
                     guess.empty() ? "" : fmt::format(", did you mean '{}'?", guess), path);
}

}  // namespace

std::string version_text() {
  const BuildInfo info = build_info();
  return fmt::format("aicmp {} (commit {}, {}; {}, {})", info.version,
                     info.git_commit.substr(0, 12), info.git_state, info.compiler, info.build_type);
}

int parse_and_run(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    print_error(usage_text(app, error));
    return kUsageError;
  } catch (const ConfigError& error) {
    print_error(error.what());
    return kUsageError;
  } catch (const std::bad_alloc&) {
    print_error("not enough memory");
    return kRunFailed;
  } catch (const std::exception& error) {
    print_error(error.what());
    return kRunFailed;
  }
}

}  // namespace aicmp
