#include <cmath>
#include <string>

#include <fmt/format.h>

#include "sim/base/csv.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/chain/target.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

Target target_hex(std::string_view digits) {
  return Target(fmt::format("0x{}", digits));
}

/// Random bits whose target mainnet allows, canonical.
std::uint32_t random_nbits(Rng& rng) {
  const std::uint64_t draw = rng();
  const auto word = static_cast<std::uint32_t>(0x8000 + draw % 0x7f8000);
  const auto size = static_cast<std::uint32_t>(4 + (draw >> 32) % 25);
  return size << 24 | (size == 28 ? word : word & 0x7fffff);
}

TEST_CASE("compact vectors of Bitcoin Core are exact") {
  const auto path = test::data_file("compact_vectors.csv");
  if (!path) return;
  const CsvFile csv(*path);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::uint32_t nbits = test::hex(csv.text(row, csv.column("compact_in")));
    CAPTURE(nbits);
    const DecodedCompact decoded = decode_compact(nbits);
    CHECK(decoded.negative == (csv.text(row, csv.column("negative")) == "1"));
    CHECK(decoded.overflow == (csv.text(row, csv.column("overflow")) == "1"));
    if (csv.empty(row, csv.column("value_hex"))) continue;
    const Target value = target_hex(csv.text(row, csv.column("value_hex")));
    CHECK((decoded.value == value));
    // GetCompact of the vectors carries the sign that SetCompact found.
    const std::uint32_t sign = decoded.negative ? 0x00800000u : 0u;
    CHECK((encode_compact(value) | sign) == test::hex(csv.text(row, csv.column("getcompact_out"))));
  }
}

TEST_CASE("a mantissa that would set the sign bit moves a byte down") {
  CHECK(encode_compact(0x80) == 0x02008000u);
  CHECK(encode_compact(0x7f) == 0x017f0000u);
  CHECK(encode_compact(pow_limit()) == kPowLimitBits);
}

TEST_CASE("the compact form truncates by less than one unit of its mantissa") {
  Rng rng({.seed = 11}, StreamId::kTest);
  for (int i = 0; i < 20000; ++i) {
    Target value = 0;
    for (int limb = 0; limb < 4; ++limb) value = (value << 64) | rng();
    value >>= static_cast<unsigned>(rng() % 256);
    const Target kept = decode_compact(encode_compact(value)).value;
    REQUIRE((kept <= value));
    REQUIRE((value - kept <= (value >> 15)));
    REQUIRE(encode_compact(kept) == encode_compact(value));
  }
}

TEST_CASE("proof of work refuses targets out of range") {
  CHECK(target_of(kPowLimitBits).has_value());
  CHECK_FALSE(target_of(0).has_value());                            // zero
  CHECK_FALSE(target_of(kPowLimitBits | 0x00800000u).has_value());  // negative
  CHECK_FALSE(target_of(~0x00800000u).has_value());                 // overflow
  CHECK_FALSE(target_of(encode_compact(pow_limit() * 2)).has_value());
  CHECK_FALSE(target_of(0x1d010000u).has_value());  // one unit of mantissa too easy
}

TEST_CASE("a hash meets its target up to and including equality") {
  const Target limit = decode_compact(kPowLimitBits).value;
  CHECK(check_proof_of_work(limit, kPowLimitBits));
  CHECK_FALSE(check_proof_of_work(limit + 1, kPowLimitBits));
  CHECK_FALSE(check_proof_of_work(pow_limit() * 2, kPowLimitBits));
  CHECK_FALSE(check_proof_of_work(0, 0));
  // Block 0 and its hash.
  CHECK(check_proof_of_work(
      Target("0x000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"), kPowLimitBits));
}

TEST_CASE("difficulty, expected hashes and work agree") {
  const Target easiest = decode_compact(kPowLimitBits).value;
  CHECK(difficulty(easiest) == 1.0);
  CHECK((block_work(easiest) == Target(0x100010001)));
  // The example of the Bitcoin wiki, "Difficulty".
  CHECK(difficulty(decode_compact(0x1b0404cb).value) ==
        doctest::Approx(16307.420938523983).epsilon(1e-15));
  CHECK((block_work(~Target(0) - 1) == 1));

  Rng rng({.seed = 12}, StreamId::kTest);
  for (int i = 0; i < 1000; ++i) {
    const Target target = decode_compact(random_nbits(rng)).value;
    const double hashes = expected_hashes(target);
    REQUIRE(static_cast<double>(block_work(target)) == doctest::Approx(hashes).epsilon(1e-7));
    if (difficulty(target) < 1e50) {
      REQUIRE(difficulty(target) * kHashesPerWork == doctest::Approx(hashes).epsilon(1e-9));
    }
  }
}

TEST_CASE("difficulties of real epochs") {
  const auto path = test::data_file("difficulty_epochs.csv");
  if (!path) return;
  const CsvFile csv(*path);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::uint32_t nbits = test::hex(csv.text(row, csv.column("nbits_hex")));
    const double published = csv.number(row, csv.column("difficulty"));
    CAPTURE(row);
    REQUIRE((decode_compact(nbits).value == target_hex(csv.text(row, csv.column("target_hex")))));
    REQUIRE(difficulty(decode_compact(nbits).value) == doctest::Approx(published).epsilon(1e-12));
    REQUIRE(compact_from_difficulty(published) == nbits);
  }
}

TEST_CASE("bits survive the way through their difficulty") {
  Rng rng({.seed = 13}, StreamId::kTest);
  for (int i = 0; i < 100000; ++i) {
    const std::uint32_t nbits = random_nbits(rng);
    if (!target_of(nbits)) continue;
    REQUIRE(compact_from_difficulty(difficulty(decode_compact(nbits).value)) == nbits);
  }
  CHECK(compact_from_difficulty(0.25) == kPowLimitBits);
  CHECK(compact_from_difficulty(1e-320) == kPowLimitBits);
  CHECK(target_of(compact_from_difficulty(1e300)).value() == 1);
}

TEST_CASE("bits are read from eight hex digits") {
  CHECK(parse_nbits("17023774", "k") == 0x17023774u);
  for (const char* bad :
       {"", "1702377", "170237740", "1702377g", "0x023774", "1e00ffff", "00000000"}) {
    CAPTURE(bad);
    const std::string message = message_of<ConfigError>([&] { parse_nbits(bad, "the.key"); });
    CHECK(message.starts_with("the.key: '"));
    CHECK(message.find(bad) != std::string::npos);
  }
}

}  // namespace
}  // namespace aicmp
