#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/random.hpp"
#include "sim/pool/scheme.hpp"

namespace aicmp::test {

inline constexpr std::int64_t kBlockReward = 1'000'000'000;

inline Rng test_rng(std::uint32_t entity) {
  return {WorldKey{.seed = 7}, StreamId::kTest, entity};
}

inline double in_blocks(Satoshi pay) {
  return static_cast<double>(pay.value()) / kBlockReward;
}

/// Shares until and with the one that is a block, each a block with probability p.
inline std::int64_t round_length(Rng& rng, double p) {
  return 1 + static_cast<std::int64_t>(std::floor(-exponential(rng) / std::log1p(-p)));
}

/// One scheme with its book and windows, driven share by share or count by count.
class Drive {
 public:
  Drive(const SchemeConfig& config, std::size_t miners, double at_difficulty,
        Fidelity fidelity = Fidelity::kShare, PayoutConfig payout = {})
      : windows(fidelity, miners, WorldKey{.seed = 11}),
        book(payout, miners),
        scheme(make_scheme(config, {miners, &windows})) {
    network(at_difficulty);
  }
  Drive(std::string_view spec, std::size_t miners, double at_difficulty,
        Fidelity fidelity = Fidelity::kShare)
      : Drive(free_of_fee(spec), miners, at_difficulty, fidelity) {}

  static SchemeConfig free_of_fee(std::string_view spec) {
    SchemeConfig defaults;
    defaults.fee = 0.0;
    return parse_scheme(spec, defaults);
  }

  void network(double to, Satoshi to_subsidy = Satoshi(kBlockReward)) {
    difficulty = to;
    subsidy = to_subsidy;
    windows.on_network(difficulty);
    scheme->on_network(difficulty, subsidy);
  }
  void work(const WorkBatch& batch) {
    windows.add(batch);
    scheme->on_work(batch, book);
  }
  void share(std::uint32_t miner, double weight = 1.0) {
    const CreditedShare one{now, miner, weight};
    WorkBatch batch;
    batch.begin = batch.end = now;
    batch.shares = {&one, 1};
    work(batch);
  }
  void shares(const std::vector<CreditedShare>& list) {
    if (list.empty()) return;
    WorkBatch batch;
    batch.begin = list.front().time;
    batch.end = now = list.back().time;
    batch.shares = list;
    work(batch);
  }
  /// `counts` shares of `weights` from now until `until`.
  void counts(const std::vector<std::int32_t>& list, const std::vector<double>& weights,
              Time until = {}, std::uint64_t era = 0) {
    WorkBatch batch;
    batch.begin = now;
    batch.end = now = std::max(now, until);
    batch.era = era;
    batch.counts = list;
    batch.difficulty = std::make_shared<const std::vector<double>>(weights);
    work(batch);
  }
  /// A block, its finder's share is in already. Gives what each miner gained by it.
  std::vector<Satoshi> block(std::uint32_t finder = 0, Satoshi fees = Satoshi(0)) {
    const std::vector<Satoshi> before(book.earned().begin(), book.earned().end());
    last = {next_id, static_cast<std::int64_t>(next_id), now, finder, difficulty, subsidy, fees};
    ++next_id;
    book.receive(last.height, last.reward());
    scheme->on_block(last, book);
    std::vector<Satoshi> gained(before.size());
    for (std::size_t i = 0; i < gained.size(); ++i) gained[i] = book.earned()[i] - before[i];
    return gained;
  }
  void orphan() {
    book.lose(last.height, last.reward());
    book.reverse(last.id);
    scheme->on_orphan(last);
  }
  double earned(std::uint32_t miner) const {
    return static_cast<double>(book.earned()[miner].value());
  }

  double difficulty = 0.0;
  Satoshi subsidy;
  Time now;
  PoolBlock last;
  std::uint64_t next_id = 1;
  WindowShelf windows;
  Book book;
  std::unique_ptr<RewardScheme> scheme;
};

/// Four standard errors: a right program fails once in 16,000 checks.
inline double total(std::span<const std::int64_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
}

inline constexpr double kErrors = 4.0;

/// The sample mean is `expected` within kErrors of its standard error (and a stated rounding).
inline void check_mean(const Moments& seen, double expected, double rounding = 0.0) {
  INFO("mean ", seen.mean(), " +- ", seen.standard_error(), ", expected ", expected);
  CHECK(std::abs(seen.mean() - expected) <= kErrors * seen.standard_error() + rounding);
}

/// Samples whose variance is tested: keeps the fourth moment for its standard error.
class VarianceSamples {
 public:
  void add(double sample) { samples_.push_back(sample); }
  void check(double expected) const {
    Moments first;
    for (const double s : samples_) first.add(s);
    Moments squares;
    for (const double s : samples_) squares.add((s - first.mean()) * (s - first.mean()));
    INFO("variance ", squares.mean(), " +- ", squares.standard_error(), ", expected ", expected);
    CHECK(std::abs(squares.mean() - expected) <= kErrors * squares.standard_error());
  }
  Moments moments() const {
    Moments m;
    for (const double s : samples_) m.add(s);
    return m;
  }

 private:
  std::vector<double> samples_;
};

}  // namespace aicmp::test
