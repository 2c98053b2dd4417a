#include "sim/policy/json_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace aicmp {
namespace {

using Json = nlohmann::json;

/// Short enough for a message.
std::string shown(const Json& value) {
  const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= 40 ? text : text.substr(0, 37) + "...";
}

/// What is shown on a terminal must not steer it.
bool is_text(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

JsonReader::JsonReader(const Json& object, std::string path, std::string key)
    : object_(object), path_(std::move(path)), key_(std::move(key)) {
  if (!object_.is_object()) {
    throw ConfigError({path_, 0}, key_, shown(object_), "a JSON object");
  }
}

void JsonReader::only(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, value] : object_.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      refuse(key.c_str(), "unknown key", fmt::format("{}", fmt::join(keys, ", ")));
    }
  }
}

std::string JsonReader::text(const char* key) const {
  const Json& value = at(key);
  if (!is_text(value)) refuse(key, shown(value), "a text without control characters");
  return value.get<std::string>();
}

double JsonReader::number(const char* key) const {
  const Json& value = at(key);
  if (!value.is_number()) refuse(key, shown(value), "a number");
  return value.get<double>();
}

std::uint64_t JsonReader::whole(const char* key) const {
  const Json& value = at(key);
  const bool whole =
      value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0);
  if (!whole || value.get<std::uint64_t>() >= std::uint64_t{1} << 53) {
    refuse(key, shown(value), "a whole number from 0");
  }
  return value.get<std::uint64_t>();
}

bool JsonReader::truth(const char* key) const {
  const Json& value = at(key);
  if (!value.is_boolean()) refuse(key, shown(value), "true, false");
  return value.get<bool>();
}

std::vector<std::string> JsonReader::texts(const char* key) const {
  const Json& list = at(key);
  const bool good = list.is_array() && std::all_of(list.begin(), list.end(),
                                                   [](const Json& item) { return is_text(item); });
  if (!good) refuse(key, shown(list), "a list of texts");
  return list.get<std::vector<std::string>>();
}

JsonReader JsonReader::object(const char* key) const {
  return {at(key), path_, full(key)};
}

std::vector<JsonReader> JsonReader::objects(const char* key) const {
  const Json& list = at(key);
  if (!list.is_array()) refuse(key, shown(list), "a list of objects");
  std::vector<JsonReader> readers;
  for (std::size_t i = 0; i < list.size(); ++i) {
    readers.emplace_back(list[i], path_, fmt::format("{}[{}]", full(key), i));
  }
  return readers;
}

void JsonReader::refuse(const char* key, const std::string& why, const std::string& allowed) const {
  throw ConfigError({path_, 0}, full(key), why, allowed);
}

const Json& JsonReader::at(const char* key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) refuse(key, "missing", "");
  return *found;
}

}  // namespace aicmp
