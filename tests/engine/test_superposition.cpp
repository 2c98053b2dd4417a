#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/hypothesis.hpp"
#include "sim/engine/philox_batch.hpp"
#include "sim/engine/superposition.hpp"

using namespace aicmp;

namespace {

constexpr WorldKey kKey{11, 0, 0};

template <typename Process>
std::vector<Arrival> all(Process& process, Time until) {
  std::vector<Arrival> arrivals;
  for (;;) {
    const auto batch = process.next_batch(until);
    if (batch.empty()) return arrivals;
    arrivals.insert(arrivals.end(), batch.begin(), batch.end());
  }
}

bool same(const std::vector<Arrival>& a, const std::vector<Arrival>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].time != b[i].time || a[i].source != b[i].source || a[i].mark != b[i].mark)
      return false;
  }
  return true;
}

}  // namespace

TEST_CASE("batches of Philox equal Random123 block by block") {
  const r123::Philox4x32::key_type key = {{0xa4093822u, 0x299f31d0u}};
  for (const std::uint32_t start : {0u, 7u, 0xfffffff0u}) {
    r123::Philox4x32::ctr_type counter = {{start, 0x85a308d3u, 0x13198a2eu, 0x03707344u}};
    for (const std::size_t count : {1u, 3u, 8u, 61u}) {
      std::vector<std::uint64_t> low(count);
      std::vector<std::uint64_t> high(count);
      philox_batch(key, counter, count, low.data(), high.data());
      for (std::uint32_t i = 0; i < count; ++i) {
        r123::Philox4x32::ctr_type one = counter;
        one[0] += i;
        const auto words = r123::Philox4x32()(one, key);
        CHECK(low[i] == ((std::uint64_t{words[1]} << 32) | words[0]));
        CHECK(high[i] == ((std::uint64_t{words[3]} << 32) | words[2]));
      }
    }
  }
}

TEST_CASE("the sum of sources is a Poisson process and sources come by their rates") {
  const std::vector<double> rates = {2.0, 0.0, 1.0, 0.5, 1.5};
  FixedSuperposition process(kKey, StreamId::kTest, rates);
  const double total_s = 40'000.0;
  const std::vector<Arrival> arrivals = all(process, Time::seconds(total_s));
  const double expected = 5.0 * total_s;
  CHECK(std::abs(static_cast<double>(arrivals.size()) - expected) < 4 * std::sqrt(expected));

  std::vector<double> gaps;
  std::vector<std::int64_t> counts(5, 0);
  Time last;
  for (const Arrival& arrival : arrivals) {
    REQUIRE(arrival.time >= last);
    gaps.push_back((arrival.time - last).in_seconds());
    last = arrival.time;
    ++counts[arrival.source];
  }
  CHECK(ks_test(gaps, [](double x) { return 1.0 - std::exp(-5.0 * x); }).p_value > 1e-4);
  CHECK(counts[1] == 0);
  const double n = static_cast<double>(arrivals.size());
  const std::vector<std::int64_t> seen = {counts[0], counts[2], counts[3], counts[4]};
  const std::vector<double> wanted = {n * 0.4, n * 0.2, n * 0.1, n * 0.3};
  CHECK(chi_square_test(seen, wanted).p_value > 1e-4);
}

TEST_CASE("how time is cut into batches changes nothing") {
  const std::vector<double> rates = {3.0, 7.0, 11.0};
  FixedSuperposition whole(kKey, StreamId::kTest, rates);
  const std::vector<Arrival> at_once = all(whole, Time::seconds(500));
  FixedSuperposition cut(kKey, StreamId::kTest, rates);
  std::vector<Arrival> in_pieces;
  for (int k = 1; k <= 333; ++k) {
    const auto piece = all(cut, Time::nanoseconds(500'000'000'000 / 333 * k));
    in_pieces.insert(in_pieces.end(), piece.begin(), piece.end());
  }
  const auto rest = all(cut, Time::seconds(500));
  in_pieces.insert(in_pieces.end(), rest.begin(), rest.end());
  CHECK(same(at_once, in_pieces));
}

TEST_CASE("events given back are drawn again") {
  const std::vector<double> rates = {3.0, 7.0};
  FixedSuperposition plain(kKey, StreamId::kTest, rates);
  const auto expected = all(plain, Time::seconds(300));
  FixedSuperposition process(kKey, StreamId::kTest, rates);
  std::vector<Arrival> seen;
  for (std::size_t k = 0;; ++k) {
    const auto batch = process.next_batch(Time::seconds(300));
    if (batch.empty()) break;
    const std::size_t taken = std::min(batch.size(), 1 + k % 5);
    seen.insert(seen.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(taken));
    process.unread(batch.size() - taken);
  }
  CHECK(same(expected, seen));
}

TEST_CASE("rates that change at a control point act from there on") {
  const std::vector<double> slow = {1.0, 1.0};
  const std::vector<double> fast = {10.0, 30.0};
  FixedSuperposition process(kKey, StreamId::kTest, slow);
  const double span_s = 10'000.0;
  const auto before = all(process, Time::seconds(span_s));
  process.set_rates(Time::seconds(span_s), fast);
  const auto after = all(process, Time::seconds(2 * span_s));
  CHECK(std::abs(static_cast<double>(before.size()) - 2 * span_s) < 4 * std::sqrt(2 * span_s));
  CHECK(std::abs(static_cast<double>(after.size()) - 40 * span_s) < 4 * std::sqrt(40 * span_s));
  std::int64_t second = 0;
  for (const Arrival& arrival : after) second += arrival.source;
  const double n = static_cast<double>(after.size());
  CHECK(std::abs(static_cast<double>(second) - 0.75 * n) < 4 * std::sqrt(0.1875 * n));
}

TEST_CASE("another stream, entity or world shares nothing") {
  const std::vector<double> rates = {5.0};
  const auto first = [&](const WorldKey& key, StreamId stream, std::uint32_t entity) {
    FixedSuperposition process(key, stream, rates, Time(), entity);
    return process.next_batch(Time::seconds(1000)).front().time;
  };
  const Time base = first(kKey, StreamId::kTest, 0);
  CHECK(base == first(kKey, StreamId::kTest, 0));
  CHECK(base != first(kKey, StreamId::kShares, 0));
  CHECK(base != first(kKey, StreamId::kTest, 1));
  CHECK(base != first({11, 1, 0}, StreamId::kTest, 0));
  CHECK(base != first({11, 0, 1}, StreamId::kTest, 0));
}
