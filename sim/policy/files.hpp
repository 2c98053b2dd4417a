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
/// Throws the IoError of write_file() before there is anything to write, and changes nothing.
void check_writable(const std::string& path);

/// A folder with its parents. Throws ConfigError if it is there and not empty, IoError if it cannot
/// be made.
void make_empty_folder(const std::string& path);

}  // namespace aicmp
