#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace aicmp::test {

/// A file with the given content that lives as long as this object.
class TempFile {
 public:
  explicit TempFile(const std::string& content) {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("aicmp_test_calibration_" + std::to_string(getpid()) + "_" + std::to_string(count++));
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

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
