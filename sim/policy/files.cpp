#include "sim/policy/files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

namespace fs = std::filesystem;

IoError unwritable(const std::string& path, int error) {
  return {path, fmt::format("cannot be written: {}", std::strerror(error))};
}

/// A file descriptor that closes.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

}  // namespace

std::string read_file(const std::string& path, std::size_t most) {
  // Non-blocking, so that a pipe in the place of a file is refused and not waited for.
  const Descriptor file{open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0 && errno == ELOOP) throw ConfigError({path, 0}, "", "is a link", "a file");
  struct stat status {};
  if (file.number < 0 || fstat(file.number, &status) != 0) {
    throw IoError(path, fmt::format("cannot be opened: {}", std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode)) throw ConfigError({path, 0}, "", "is not a file", "a file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > most) {
    throw ConfigError({path, 0}, "", fmt::format("{} bytes", size),
                      fmt::format("at most {} bytes", most));
  }
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count = read(file.number, bytes.data() + filled, size - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw IoError(path, "cannot be read to its end");
    filled += static_cast<std::size_t>(count);
  }
  return bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw unwritable(path, errno);
}

void check_writable(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path() / ".";
  std::error_code none;
  if (fs::is_directory(path, none)) throw unwritable(path, EISDIR);
  const bool may = fs::exists(path, none) ? access(path.c_str(), W_OK) == 0
                                          : access(folder.c_str(), W_OK | X_OK) == 0;
  if (!may) throw unwritable(path, errno);
}

void make_empty_folder(const std::string& path) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_empty(path, error)) {
    throw ConfigError({path, 0}, "", "the folder is not empty", "a new or empty folder");
  }
  fs::create_directories(path, error);
  if (error) throw IoError(path, "cannot be created: " + error.message());
}

}  // namespace aicmp
