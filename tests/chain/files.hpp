#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/message_of.hpp"
#include "tests/source_dir.hpp"
#include "tests/temporary_file.hpp"

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

/// A cell of hex digits of up to 32 bits.
inline std::uint32_t hex(std::string_view text) {
  return static_cast<std::uint32_t>(std::stoul(std::string(text), nullptr, 16));
}

}  // namespace aicmp::test
