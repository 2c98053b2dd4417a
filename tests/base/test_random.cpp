#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/random.hpp"

namespace aicmp {
namespace {

using Counter = r123::Philox4x32::ctr_type;
using Key = r123::Philox4x32::key_type;

std::vector<std::uint64_t> draws(Rng rng, int count = 8) {
  std::vector<std::uint64_t> result;
  for (int i = 0; i < count; ++i) result.push_back(rng());
  return result;
}

}  // namespace

TEST_CASE("Philox4x32-10 gives the known answers of Random123 (kat_vectors)") {
  struct Vector {
    Counter counter;
    Key key;
    Counter answer;
  };
  const std::array<Vector, 3> vectors = {{
      {{{0, 0, 0, 0}}, {{0, 0}}, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
      {{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
       {{0xffffffff, 0xffffffff}},
       {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
      {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
       {{0xa4093822, 0x299f31d0}},
       {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}},
  }};
  for (const Vector& vector : vectors) {
    CHECK(r123::Philox4x32()(vector.counter, vector.key) == vector.answer);
  }
}

TEST_CASE("Rng is Philox at counter (position, block, entity, stream) under the key of its world") {
  const WorldKey world{.seed = 77, .world = 3, .episode = 5};
  const Key key = Rng::split(world);
  Rng rng(world, StreamId::kTest, 11, 13);
  for (std::uint32_t position = 0; position < 100; ++position) {
    const Counter counter = {{position, 13, 11, static_cast<std::uint32_t>(StreamId::kTest)}};
    const Counter words = r123::Philox4x32()(counter, key);
    CHECK(rng() == ((std::uint64_t{words[1]} << 32) | words[0]));
    CHECK(rng() == ((std::uint64_t{words[3]} << 32) | words[2]));
  }
  CHECK(draws(Rng(key, StreamId::kTest, 11, 13)) == draws(Rng(world, StreamId::kTest, 11, 13)));
}

TEST_CASE("a stream is the same whatever other streams exist, and however they interleave") {
  const WorldKey world{.seed = 9};
  const auto expected = draws(Rng(world, StreamId::kPrice), 1000);
  Rng price(world, StreamId::kPrice);
  Rng shares(world, StreamId::kShares, 4);
  std::uint64_t unused = 0;
  for (int i = 0; i < 1000; ++i) {
    for (int k = 0; k < i % 7; ++k) unused ^= shares();
    CHECK(price() == expected[static_cast<std::size_t>(i)]);
  }
  CHECK(unused != 0);
}

TEST_CASE("any difference in seed, world, episode, stream, entity or block gives other draws") {
  std::set<std::uint64_t> first_draws;
  std::size_t generators = 0;
  for (std::uint64_t seed : {0ull, 1ull, 2ull, 1ull << 32, ~0ull}) {
    for (std::uint32_t world : {0u, 1u, 2u}) {
      for (std::uint32_t episode : {0u, 1u, 2u}) {
        for (StreamId stream : {StreamId::kPrice, StreamId::kFees, StreamId::kTest}) {
          for (std::uint32_t entity : {0u, 1u, 2u, UINT32_MAX}) {
            for (std::uint32_t block : {0u, 1u, 2u}) {
              first_draws.insert(Rng({seed, world, episode}, stream, entity, block)());
              ++generators;
            }
          }
        }
      }
    }
  }
  CHECK(first_draws.size() == generators);
}

TEST_CASE("neighbouring streams are uncorrelated") {
  // The mean of n products of independent uniforms on [-1/2, 1/2] has standard error 1/(12 sqrt n).
  constexpr int kDraws = 100'000;
  const auto centred = [](Rng& rng) { return static_cast<double>(rng()) * 0x1.0p-64 - 0.5; };
  const WorldKey world{.seed = 1};
  const std::array<std::array<Rng, 2>, 5> pairs = {{
      {Rng(world, StreamId::kTest, 0), Rng(world, StreamId::kTest, 1)},
      {Rng(world, StreamId::kTest, 0, 0), Rng(world, StreamId::kTest, 0, 1)},
      {Rng(world, StreamId::kPrice), Rng(world, StreamId::kFees)},
      {Rng({1, 0, 0}, StreamId::kTest), Rng({1, 1, 0}, StreamId::kTest)},
      {Rng({1, 0, 0}, StreamId::kTest), Rng({2, 0, 0}, StreamId::kTest)},
  }};
  for (auto [a, b] : pairs) {
    double sum = 0.0;
    for (int i = 0; i < kDraws; ++i) sum += centred(a) * centred(b);
    CHECK(std::abs(sum / kDraws) < 4.0 / (12.0 * std::sqrt(kDraws)));
  }
}

TEST_CASE("every bit is set half of the time") {
  constexpr int kDraws = 100'000;
  Rng rng({.seed = 5}, StreamId::kTest);
  std::array<int, 64> set{};
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t word = rng();
    for (std::size_t bit = 0; bit < 64; ++bit) set[bit] += static_cast<int>(word >> bit & 1);
  }
  // 5 standard errors: a false alarm in 64 bits has a chance of 4e-5.
  for (int count : set) CHECK(std::abs(count - kDraws / 2) < 5.0 * std::sqrt(kDraws / 4.0));
}

}  // namespace aicmp
