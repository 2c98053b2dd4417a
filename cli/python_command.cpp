#include "cli/python_command.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands.hpp"

namespace aicmp {
namespace {

// Says what to install where `python -m` would only name a module. Extras are called like the
// modules that need them.
constexpr const char* kLauncher = R"(
import importlib.util, runpy, sys
module = sys.argv.pop(1)
if importlib.util.find_spec("aicmp_env") is None:
    sys.exit("aicmp: error: this command needs the Python package aicmp_env: pip install '.[report]'")
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
except ModuleNotFoundError as error:
    extra = module.partition(".")[2]
    sys.exit(f"aicmp: error: this command needs {error.name}: pip install '.[{extra}]'")
)";

std::string interpreter() {
  if (const char* chosen = std::getenv("AICMP_PYTHON")) return chosen;
  const char* active = std::getenv("VIRTUAL_ENV");
  for (const std::string& environment :
       {std::string(active != nullptr ? active : ""), std::string(".venv")}) {
    std::string python = environment + "/bin/python";
    if (!environment.empty() && std::filesystem::exists(python)) return python;
  }
  return "python3";
}

}  // namespace

void become_python_module(const std::string& module, const std::vector<std::string>& arguments) {
  const std::string python = interpreter();
  std::vector<std::string> words = {python, "-c", kLauncher, module};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(python.c_str(), argv.data());
  throw std::runtime_error(fmt::format("{}: {}", python, std::strerror(errno)));
}

int run_python_module(const std::string& module, const std::vector<std::string>& arguments) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
  if (child == 0) {
    try {
      become_python_module(module, arguments);
    } catch (const std::exception& error) {
      print_error(error.what());
    }
    _exit(1);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace aicmp
