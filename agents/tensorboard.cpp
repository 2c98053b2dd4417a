#include "agents/tensorboard.hpp"

#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
    table[i] = crc;
  }
  return table;
}();

template <typename T>
void append_bytes(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 128; value >>= 7) out += static_cast<char>((value & 127) | 128);
  out += static_cast<char>(value);
}

// Fields of a protocol buffer: number and wire type, then the value.
enum Wire : std::uint64_t { kVarint = 0, kDouble = 1, kLength = 2, kFloat = 5 };

void append_tag(std::string& out, std::uint64_t field, Wire wire) {
  append_varint(out, field << 3 | wire);
}
void append_text(std::string& out, std::uint64_t field, const std::string& text) {
  append_tag(out, field, kLength);
  append_varint(out, text.size());
  out += text;
}

double wall_time() {
  using Clock = std::chrono::system_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

std::string event_at(std::int64_t step) {
  std::string event;
  append_tag(event, 1, kDouble);
  append_bytes(event, wall_time());
  append_tag(event, 2, kVarint);
  append_varint(event, static_cast<std::uint64_t>(step));
  return event;
}

std::string new_file(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw IoError(folder, "cannot be created: " + error.message());
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return fmt::format("{}/events.out.tfevents.{:.0f}.{}.{}", folder, wall_time(), host, ::getpid());
}

}  // namespace

std::uint32_t masked_crc32c(const std::string& bytes) {
  std::uint32_t crc = ~0u;
  for (const char byte : bytes) {
    crc = kCrcTable[(crc ^ static_cast<std::uint8_t>(byte)) & 255] ^ (crc >> 8);
  }
  return std::rotr(~crc, 15) + 0xa282ead8u;
}

TensorBoardFile::TensorBoardFile(const std::string& folder) : file_(new_file(folder)) {
  std::string event = event_at(0);
  append_text(event, 3, "brain.Event:2");
  record(event);
}

void TensorBoardFile::add(std::int64_t step, const Metrics& metrics) {
  std::string summary;
  for (const auto& [name, value] : metrics) {
    if (!std::isfinite(value)) continue;
    std::string scalar;
    append_text(scalar, 1, name);
    append_tag(scalar, 2, kFloat);
    append_bytes(scalar, static_cast<float>(value));
    append_text(summary, 1, scalar);
  }
  std::string event = event_at(step);
  append_text(event, 5, summary);
  record(event);
}

void TensorBoardFile::record(const std::string& event) {
  std::string length;
  append_bytes(length, static_cast<std::uint64_t>(event.size()));
  std::string bytes = length;
  append_bytes(bytes, masked_crc32c(length));
  bytes += event;
  append_bytes(bytes, masked_crc32c(event));
  file_.write(bytes);
}

}  // namespace aicmp
