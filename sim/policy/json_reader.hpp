#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"

namespace aicmp {

/// An object of a JSON file that nobody trusts: every access checks that the key is there and of
/// the type asked for, and throws a ConfigError that names file and key otherwise. It must not
/// outlive the JSON.
class JsonReader {
 public:
  /// `key` is that of the object in its file, empty for the whole.
  JsonReader(const nlohmann::json& object, std::string path, std::string key = "");

  /// Refuses keys that are not in the list.
  void only(std::initializer_list<std::string_view> keys) const;
  bool has(const char* key) const { return object_.contains(key); }

  std::string text(const char* key) const;
  double number(const char* key) const;
  /// At least 0 and below 2^53.
  std::uint64_t whole(const char* key) const;
  bool truth(const char* key) const;
  std::vector<std::string> texts(const char* key) const;
  JsonReader object(const char* key) const;
  std::vector<JsonReader> objects(const char* key) const;

  [[noreturn]] void refuse(const char* key, const std::string& why,
                           const std::string& allowed) const;

 private:
  const nlohmann::json& at(const char* key) const;
  std::string full(const std::string& key) const { return key_.empty() ? key : key_ + "." + key; }

  const nlohmann::json& object_;
  std::string path_;
  std::string key_;
};

}  // namespace aicmp
