#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace aicmp {

/// Incremental SHA-256 (FIPS 180-4, OpenSSL).
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  /// 64 lower-case hex digits of everything so far; the object is spent afterwards.
  std::string hex();

 private:
  struct Release {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Release> context_;
};

std::string sha256_hex(std::string_view bytes);

/// Throws IoError if the file cannot be read.
std::string sha256_of_file(const std::string& path);

}  // namespace aicmp
