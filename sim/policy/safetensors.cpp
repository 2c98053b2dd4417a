#include "sim/policy/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are stored as they lie");

using Json = nlohmann::json;

constexpr std::size_t kMostHeader = std::size_t{1} << 20;
constexpr std::size_t kLength = sizeof(std::uint64_t);

/// A tensor of the header and where its numbers lie.
struct Entry {
  Tensor tensor;
  std::uint64_t first;
  std::uint64_t last;
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  std::vector<Tensor> read() const {
    std::uint64_t length = 0;
    if (bytes_.size() < kLength) refuse("", "too short", "at least 8 bytes");
    std::memcpy(&length, bytes_.data(), kLength);
    if (length > std::min(kMostHeader, bytes_.size() - kLength)) {
      refuse("", fmt::format("a header of {} bytes", length), "no longer than the file, and 1 MiB");
    }
    const Json header = Json::parse(bytes_.substr(kLength, length), nullptr, false);
    if (!header.is_object()) refuse("", "the header is not a JSON object");
    const std::string_view data = bytes_.substr(kLength + length);
    std::vector<Entry> entries;
    for (const auto& [name, item] : header.items()) {
      if (name != "__metadata__") entries.push_back(entry(name, item));
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.first, a.last) < std::tie(b.first, b.last);
    });
    std::vector<Tensor> tensors;
    std::uint64_t at = 0;
    for (Entry& item : entries) {
      if (item.first != at || item.last > data.size()) {
        refuse(item.tensor.name, fmt::format("bytes {} to {}", item.first, item.last),
               fmt::format("from byte {} on, within {}", at, data.size()));
      }
      at = item.last;
      item.tensor.values.resize((item.last - item.first) / sizeof(float));
      if (item.last > item.first) {
        std::memcpy(item.tensor.values.data(), data.data() + item.first, item.last - item.first);
      }
      tensors.push_back(std::move(item.tensor));
    }
    if (at != data.size())
      refuse("", fmt::format("{} bytes belong to no tensor", data.size() - at));
    return tensors;
  }

 private:
  [[noreturn]] void refuse(const std::string& key, const std::string& why,
                           const std::string& allowed = "") const {
    throw ConfigError({path_, 0}, key, why, allowed);
  }

  /// A list of numbers that are not negative.
  std::vector<std::uint64_t> whole_numbers(const std::string& name, const Json& item,
                                           const char* key) const {
    std::vector<std::uint64_t> numbers;
    const Json list = item.is_object() ? item.value(key, Json()) : Json();
    if (!list.is_array()) refuse(name, fmt::format("no {}", key), "a list of whole numbers");
    for (const Json& number : list) {
      if (!number.is_number_unsigned()) refuse(name, key, "whole numbers from 0");
      numbers.push_back(number.get<std::uint64_t>());
    }
    return numbers;
  }

  Entry entry(const std::string& name, const Json& item) const {
    const std::vector<std::uint64_t> shape = whole_numbers(name, item, "shape");
    const std::vector<std::uint64_t> range = whole_numbers(name, item, "data_offsets");
    if (item.value("dtype", Json()) != "F32") refuse(name, "dtype", "F32");
    if (range.size() != 2 || range[0] > range[1]) refuse(name, "data_offsets", "begin, end");
    Entry result{{name, {}, {}}, range[0], range[1]};
    std::uint64_t count = 1;
    for (const std::uint64_t size : shape) {
      if (size != 0 && count > bytes_.size() / size) {
        refuse(name, "a shape larger than the file");
      }
      count *= size;
      result.tensor.shape.push_back(size);
    }
    if (range[1] - range[0] != count * sizeof(float)) {
      refuse(name, fmt::format("{} bytes for {} numbers", range[1] - range[0], count),
             "4 bytes a number");
    }
    return result;
  }

  std::string_view bytes_;
  const std::string& path_;
};

}  // namespace

std::string safetensors_bytes(const std::vector<Tensor>& tensors) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  std::uint64_t at = 0;
  for (const Tensor& tensor : tensors) {
    const std::uint64_t end = at + tensor.values.size() * sizeof(float);
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + kLength - 1) / kLength * kLength, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(kLength, '\0');
  std::memcpy(bytes.data(), &length, kLength);
  bytes += text;
  for (const Tensor& tensor : tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.values.data()),
                 tensor.values.size() * sizeof(float));
  }
  return bytes;
}

std::vector<Tensor> parse_safetensors(std::string_view bytes, const std::string& path) {
  return Reader(bytes, path).read();
}

}  // namespace aicmp
