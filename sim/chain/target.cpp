#include "sim/chain/target.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {

const Target& pow_limit() {
  static const Target limit = (Target(1) << 224) - 1;
  return limit;
}

DecodedCompact decode_compact(std::uint32_t nbits) {
  const unsigned size = nbits >> 24;
  std::uint32_t word = nbits & 0x007fffffu;
  DecodedCompact decoded;
  if (size <= 3) {
    word >>= 8 * (3 - size);
    decoded.value = word;
  } else {
    decoded.value = Target(word) << (8 * (size - 3));
  }
  decoded.negative = word != 0 && (nbits & 0x00800000u) != 0;
  decoded.overflow =
      word != 0 && (size > 34 || (word > 0xff && size > 33) || (word > 0xffff && size > 32));
  return decoded;
}

std::uint32_t encode_compact(const Target& value) {
  if (value == 0) return 0;
  unsigned size = (boost::multiprecision::msb(value) + 8) / 8;
  auto word = size <= 3 ? static_cast<std::uint32_t>(value) << (8 * (3 - size))
                        : static_cast<std::uint32_t>(value >> (8 * (size - 3)));
  // Bit 23 is the sign: a mantissa that would set it moves one byte down.
  if ((word & 0x00800000u) != 0) {
    word >>= 8;
    ++size;
  }
  return word | (size << 24);
}

std::optional<Target> target_of(std::uint32_t nbits) {
  const DecodedCompact decoded = decode_compact(nbits);
  if (decoded.negative || decoded.overflow || decoded.value == 0 || decoded.value > pow_limit()) {
    return std::nullopt;
  }
  return decoded.value;
}

bool check_proof_of_work(const Target& hash, std::uint32_t nbits) {
  const std::optional<Target> target = target_of(nbits);
  return target && hash <= *target;
}

Target block_work(const Target& target) {
  // 2^256 does not fit: 2^256 / (t + 1) = (2^256 - t - 1) / (t + 1) + 1 = ~t / (t + 1) + 1.
  const Target inverted = ~target;
  return inverted / (target + 1) + 1;
}

double difficulty(const Target& target) {
  return 0xffffp208 / static_cast<double>(target);
}

double expected_hashes(const Target& target) {
  return 0x1p256 / (static_cast<double>(target) + 1);
}

std::uint32_t compact_from_difficulty(double difficulty) {
  if (difficulty <= 1.0) return kPowLimitBits;
  const double quotient = 0xffffp0 / difficulty;  // target = quotient * 2^208
  int exponent = 0;
  std::frexp(quotient, &exponent);
  // The mantissa is rounded to nearest, so that a difficulty computed from bits gives them back.
  const int size = std::max((exponent + 208 + 8) / 8, 3);
  long long word = std::llround(std::ldexp(quotient, 208 - 8 * (size - 3)));
  word = std::max(word, 1LL);
  return encode_compact(Target(word) << static_cast<unsigned>(8 * (size - 3)));
}

std::uint32_t parse_nbits(const std::string& text, const std::string& key) {
  std::uint32_t nbits = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, nbits, 16);
  if (error != std::errc() || stop != end || text.size() != 8 || !target_of(nbits)) {
    throw ConfigError({}, key, fmt::format("'{}' is not a target that mainnet allows", text),
                      "eight hex digits, at most 1d00ffff");
  }
  return nbits;
}

}  // namespace aicmp
