#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aicmp {

/// All bytes of a regular file. Throws IoError if it cannot be read, ConfigError if it is something
/// else (a link, a folder, a device) or larger than `most` bytes.
std::string read_file(const std::string& path, std::size_t most);

/// Throws IoError; a file that is there is replaced.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace aicmp
