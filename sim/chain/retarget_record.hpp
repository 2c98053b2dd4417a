#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace aicmp {

/// The nBits that real difficulty epochs had, to check a replay against.
class RetargetRecord {
 public:
  /// Reads a CSV with columns first_height and nbits_hex. Throws IoError or ConfigError.
  explicit RetargetRecord(const std::string& path);

  /// The nBits of the epoch that begins at `first_height`, if the file has it.
  std::optional<std::uint32_t> nbits(std::int64_t first_height) const;

 private:
  std::map<std::int64_t, std::uint32_t> nbits_;
};

}  // namespace aicmp
