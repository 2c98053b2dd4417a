#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/source_dir.hpp"

namespace aicmp {

/// Path of a file of the shared data (AICMP_DATA, or beside the source tree); empty if absent.
inline std::string shared_data(const std::string& name) {
  const char* folder = std::getenv("AICMP_DATA");
  const std::string path =
      (folder != nullptr ? std::string(folder) : test::source_dir() + "/../shared/data") + "/" +
      name;
  return std::filesystem::exists(path) ? path : "";
}

}  // namespace aicmp
