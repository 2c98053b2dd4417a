#include "agents/archive.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "sim/base/error.hpp"
#include "sim/base/sha256.hpp"
#include "sim/experiment/output_file.hpp"

namespace aicmp {
namespace {

constexpr char kMagic[] = "aicmp checkpoint 2\n";
constexpr std::size_t kHashSize = 64;

void append(std::string& text, const std::string& bytes) {
  const std::uint64_t size = bytes.size();
  text.append(reinterpret_cast<const char*>(&size), sizeof size);
  text += bytes;
}

/// Cuts the next piece off the front; false if there is no whole one.
bool cut(std::string_view& text, std::string& bytes) {
  std::uint64_t size = 0;
  if (text.size() < sizeof size) return false;
  std::memcpy(&size, text.data(), sizeof size);
  text.remove_prefix(sizeof size);
  if (text.size() < size) return false;
  bytes = text.substr(0, size);
  text.remove_prefix(size);
  return true;
}

}  // namespace

Archive::Archive(const std::string& path) : path_(path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path, fmt::format("cannot be read: {}", std::strerror(errno)));
  std::ostringstream content;
  content << file.rdbuf();
  const std::string whole = std::move(content).str();
  if (!whole.starts_with(kMagic)) {
    throw ConfigError({path, 0}, "", "this is not a checkpoint of this version of aicmp");
  }
  const std::size_t end = whole.size() - std::min(whole.size(), kHashSize);
  std::string_view text = std::string_view(whole).substr(0, end);
  bool sound = sha256_hex(text) == whole.substr(end);
  text.remove_prefix(sound ? sizeof kMagic - 1 : text.size());
  while (sound && !text.empty()) {
    std::string name;
    std::string bytes;
    sound = cut(text, name) && cut(text, bytes);
    pieces_[name] = std::move(bytes);
  }
  if (!sound) throw ConfigError({path, 0}, "", "the checkpoint is damaged: its hash is wrong");
}

void Archive::write(const std::string& path) const {
  std::string text = kMagic;
  for (const auto& [name, bytes] : pieces_) {
    append(text, name);
    append(text, bytes);
  }
  text += sha256_hex(text);
  const std::string temporary = path + ".tmp";
  OutputFile file(temporary);
  file.write(text);
  file.close();
  const int descriptor = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
  const bool safe = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!safe || std::rename(temporary.c_str(), path.c_str()) != 0) {
    throw IoError(path, fmt::format("cannot be written: {}", std::strerror(safe ? errno : reason)));
  }
}

const std::string& Archive::get(const std::string& name) const {
  const auto found = pieces_.find(name);
  if (found == pieces_.end()) {
    throw ConfigError({path_, 0}, name, "the checkpoint has no such piece");
  }
  return found->second;
}

void Archive::wrong_size(const std::string& name, std::size_t expected, std::size_t found) const {
  throw ConfigError({path_, 0}, name,
                    fmt::format("the checkpoint has {} bytes where {} are needed: it belongs to "
                                "another problem or another net",
                                found, expected));
}

}  // namespace aicmp
