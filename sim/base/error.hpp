#pragma once

#include <stdexcept>
#include <string>

namespace aicmp {

/// Where a user wrote something: file and 1-based line; line 0 when there is none (a command line).
struct SourceRef {
  std::string file;
  int line = 0;
};

/// The user's fault: a value, key, file or combination that cannot be accepted.
/// what() is one line: `file:line: key: why (allowed: ...)`; parts that are empty are left out.
class ConfigError : public std::runtime_error {
 public:
  ConfigError(const SourceRef& where, const std::string& key, const std::string& why,
              const std::string& allowed = "");

  /// The same error at `where(key)` if it has a key and no place yet, for checks that know a key
  /// but not who set it.
  template <typename Where>
  ConfigError located(Where where) const {
    if (key_.empty() || !where_.file.empty()) return *this;
    return ConfigError(where(key_), key_, why_, allowed_);
  }
  /// The same error for a part of a configuration that hangs at `prefix`, as `sites[0].`.
  ConfigError under(const std::string& prefix) const {
    if (key_.empty() || !where_.file.empty()) return *this;
    return ConfigError(where_, prefix + key_, why_, allowed_);
  }

 private:
  SourceRef where_;
  std::string key_;
  std::string why_;
  std::string allowed_;
};

/// The machine's fault: a file or folder that cannot be read or written. what() names the path.
class IoError : public std::runtime_error {
 public:
  IoError(const std::string& path, const std::string& why);
};

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace aicmp

/// For our own bugs only, never for user input; active in every build type.
#define AICMP_ASSERT(expression) \
  ((expression) ? void(0) : ::aicmp::assertion_failed(#expression, __FILE__, __LINE__))
