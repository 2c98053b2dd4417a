#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "cli/commands.hpp"
#include "sim/base/error.hpp"

namespace aicmp {

void write_stdout(std::string_view text) {
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written != text.size() || std::fflush(stdout) != 0) {
    throw IoError("standard output", std::string("cannot be written: ") + std::strerror(errno));
  }
}

void print_error(std::string_view message) {
  std::string line = "aicmp: error: ";
  for (const char c : message) line += c == '\n' ? ' ' : c;
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace aicmp
