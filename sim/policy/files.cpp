#include "sim/policy/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

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
  if (!file) throw IoError(path, fmt::format("cannot be written: {}", std::strerror(errno)));
}

}  // namespace aicmp
