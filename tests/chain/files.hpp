#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/source_dir.hpp"

namespace aicmp::test {

/// Path of a file of real data: in the folder named by AICMP_DATA, or beside the source tree.
/// Nothing, with a message, where that folder is missing; the test then has nothing to check.
inline std::optional<std::string> data_file(const std::string& name) {
  const char* folder = std::getenv("AICMP_DATA");
  const std::filesystem::path base = folder != nullptr ? folder : source_dir() + "/../shared/data";
  const std::filesystem::path path = base / name;
  if (std::filesystem::exists(path)) return path.string();
  MESSAGE("skipped: no ", path.string(), "; set AICMP_DATA to the folder of the real data");
  return std::nullopt;
}

/// A file with the given content that lives as long as this object.
class TempFile {
 public:
  explicit TempFile(const std::string& content) {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("aicmp_test_chain_" + std::to_string(getpid()) + "_" + std::to_string(count++));
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// A cell of hex digits of up to 32 bits.
inline std::uint32_t hex(std::string_view text) {
  return static_cast<std::uint32_t>(std::stoul(std::string(text), nullptr, 16));
}

/// The message of the exception of type `Error` that `call` throws; empty if it throws none.
template <typename Error, typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace aicmp::test
