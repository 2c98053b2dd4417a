#include "sim/base/error.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace aicmp {
namespace {

std::string describe(const SourceRef& where, const std::string& key, const std::string& why,
                     const std::string& allowed) {
  std::string text;
  if (!where.file.empty()) {
    text += where.line > 0 ? fmt::format("{}:{}: ", where.file, where.line)
                           : fmt::format("{}: ", where.file);
  }
  if (!key.empty()) text += key + ": ";
  text += why;
  if (!allowed.empty()) text += fmt::format(" (allowed: {})", allowed);
  return text;
}

}  // namespace

ConfigError::ConfigError(const SourceRef& where, const std::string& key, const std::string& why,
                         const std::string& allowed)
    : std::runtime_error(describe(where, key, why, allowed)),
      where_(where),
      key_(key),
      why_(why),
      allowed_(allowed) {}

IoError::IoError(const std::string& path, const std::string& why)
    : std::runtime_error(path + ": " + why) {}

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: internal error, please report: %s\n", file, line, expression);
  std::abort();
}

}  // namespace aicmp
