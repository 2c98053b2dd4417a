#pragma once

#include <string>
#include <utility>
#include <vector>

namespace aicmp {

/// What this program was built from and with.
struct BuildInfo {
  std::string version;
  std::string git_commit;  // "unknown" outside a git checkout
  std::string git_state;   // "clean", "dirty" or "unknown"
  std::string compiler;
  std::string build_type;
  std::string flags;
  std::vector<std::pair<std::string, std::string>> libraries;  // name, version
};

BuildInfo build_info();

}  // namespace aicmp
