#pragma once

#include <cstdint>
#include <string>

namespace aicmp {

// What commands that read files of history share.

/// Seconds since 1970 of the date that --since gives; ConfigError for anything else.
std::int64_t parse_since(const std::string& date);

/// Seconds since 1970 at present: no record may be later.
std::int64_t now_unix_s();

}  // namespace aicmp
