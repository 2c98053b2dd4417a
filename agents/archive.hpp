#pragma once

#include <cstring>
#include <map>
#include <string>
#include <type_traits>

namespace aicmp {

/// Named pieces of state, in one file that is whole or not there: it is written beside the old one
/// and renamed over it, and ends in its SHA-256. Numbers are stored as they lie in memory.
class Archive {
 public:
  Archive() = default;
  /// Throws ConfigError if the file is not a whole archive, IoError if it cannot be read.
  explicit Archive(const std::string& path);
  /// Throws IoError; the old file is then still there.
  void write(const std::string& path) const;

  void put(const std::string& name, std::string bytes) { pieces_[name] = std::move(bytes); }
  template <typename T>
  void put(const std::string& name, const T* values, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    put(name, std::string(reinterpret_cast<const char*>(values), count * sizeof(T)));
  }
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void put(const std::string& name, const T& value) { put(name, &value, 1); }

  /// Throws ConfigError if there is no such piece.
  const std::string& get(const std::string& name) const;
  /// Throws ConfigError if the piece has another size as well.
  template <typename T>
  void get(const std::string& name, T* values, std::size_t count) const {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::string& bytes = get(name);
    if (bytes.size() != count * sizeof(T)) wrong_size(name, count * sizeof(T), bytes.size());
    // NOLINTNEXTLINE(bugprone-not-null-terminated-result): bytes, not text
    if (!bytes.empty()) std::memcpy(values, bytes.data(), bytes.size());
  }
  template <typename T>
  void get(const std::string& name, T& value) const {
    get(name, &value, 1);
  }

 private:
  [[noreturn]] void wrong_size(const std::string& name, std::size_t expected,
                               std::size_t found) const;

  std::string path_;
  std::map<std::string, std::string> pieces_;
};

}  // namespace aicmp
