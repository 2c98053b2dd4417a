#include <cmath>
#include <deque>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "drive.hpp"
#include "sim/base/hypothesis.hpp"
#include "sim/pool/row_window.hpp"
#include "sim/pool/share_groups.hpp"
#include "sim/pool/share_window.hpp"
#include "sim/pool/window_shelf.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

WorkBatch batch_of(const std::vector<CreditedShare>& shares, std::uint64_t era = 0) {
  WorkBatch batch;
  batch.era = era;
  batch.shares = shares;
  return batch;
}

WorkBatch batch_of(const std::vector<std::int32_t>& counts, const std::vector<double>& difficulty,
                   std::uint64_t era = 0) {
  WorkBatch batch;
  batch.era = era;
  batch.counts = counts;
  batch.difficulty = std::make_shared<const std::vector<double>>(difficulty);
  return batch;
}

/// The definition: walks back from the newest share.
std::vector<double> last_work(const std::deque<CreditedShare>& log, double length,
                              std::size_t miners, OldestShare oldest) {
  std::vector<double> work(miners, 0.0);
  double room = length;
  for (auto share = log.rbegin(); share != log.rend() && room > 0.0; ++share) {
    work[share->miner] += oldest == OldestShare::kWhole ? share->work : std::min(share->work, room);
    room -= share->work;
  }
  return work;
}

}  // namespace

TEST_CASE("ShareWindow is the last N work, whatever comes in and however it is re-cut") {
  for (const OldestShare oldest : {OldestShare::kFraction, OldestShare::kWhole}) {
    Rng rng = test_rng(3);
    const std::size_t miners = 7;
    ShareWindow window(miners, oldest);
    double length = 100.0;
    window.set_length(length);
    double reach = length;  // what the window may still have kept
    std::deque<CreditedShare> log;
    for (int step = 0; step < 3000; ++step) {
      if (uniform(rng) < 0.02) {
        const double factor = std::exp(2.0 * std::log(4.0) * (uniform(rng) - 0.5));
        length = std::clamp(length * factor, 20.0, 1000.0);
        reach = std::min(reach, 4.0 * length);
        window.set_length(length);
      } else {
        std::vector<CreditedShare> shares;
        for (int k = 0; k < 10; ++k) {
          // Dyadic weights: the sums are exact, so that the comparison can be.
          const double work = std::ldexp(1.0 + std::floor(4.0 * uniform(rng)), -2);
          shares.push_back({Time(), static_cast<std::uint32_t>(rng() % miners), work});
          log.push_back(shares.back());
          reach = std::min(reach + work, 4.0 * length);
        }
        window.add(batch_of(shares));
      }
      if (reach < length) continue;  // grew beyond what is kept: 4 lengths of the shortest
      const auto expected = last_work(log, length, miners, oldest);
      const auto seen = window.inside();
      for (std::size_t i = 0; i < miners; ++i) REQUIRE(seen[i] == doctest::Approx(expected[i]));
      REQUIRE(window.total() == doctest::Approx(sum(expected)));
      if (log.size() > 4000) log.pop_front();
    }
    CHECK(window.kept() < 8000);
  }
}

TEST_CASE("groups hold the shares of a batch, and a window takes them as it takes the shares") {
  const std::size_t miners = 5;
  Rng rng = test_rng(8);
  ShareGroups groups(miners);
  ShareWindow grouped(miners, OldestShare::kFraction);
  ShareWindow single(miners, OldestShare::kFraction);
  for (ShareWindow* window : {&grouped, &single}) window->set_length(777.25);
  for (int step = 0; step < 300; ++step) {
    std::vector<CreditedShare> shares;
    for (std::uint64_t k = rng() % 40; k > 0; --k) {
      const auto miner = static_cast<std::uint32_t>(rng() % miners);
      // Now and then a miner changes the difficulty of its shares within the batch.
      const double work = (miner == 1 && rng() % 3 == 0) ? 0.5 : 1.0 + miner;
      shares.push_back({Time(), miner, work});
    }
    WorkBatch batch = batch_of(shares);
    std::vector<double> by_share(miners, 0.0);
    batch.for_each([&](std::uint32_t miner, std::int64_t, double w) { by_share[miner] += w; });
    single.add(batch);
    groups.add_to(batch);
    std::vector<double> by_group(miners, 0.0);
    batch.for_each([&](std::uint32_t miner, std::int64_t, double w) { by_group[miner] += w; });
    REQUIRE(by_group == by_share);
    REQUIRE(batch.order.size() == shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i) {
      REQUIRE(batch.groups[batch.order[i]].miner == shares[i].miner);
      REQUIRE(batch.groups[batch.order[i]].work == shares[i].work);
    }
    grouped.add(batch);
    if (step % 20 == 19) {
      for (std::size_t i = 0; i < miners; ++i) REQUIRE(grouped.inside()[i] == single.inside()[i]);
      const double length = 100.0 + static_cast<double>(rng() % 1000);
      grouped.set_length(length);
      single.set_length(length);
    }
  }
}

TEST_CASE("both windows hold exactly N once full, and kWhole up to one share more") {
  for (const Fidelity fidelity : {Fidelity::kShare, Fidelity::kFlow}) {
    for (const OldestShare oldest : {OldestShare::kFraction, OldestShare::kWhole}) {
      const auto window = make_work_window(fidelity, 3, WorldKey{}, 0, oldest);
      window->set_length(1000.5);
      const std::vector<double> difficulty = {1.0, 3.0, 7.0};
      Rng rng = test_rng(4);
      double work = 0.0;
      for (int step = 0; step < 400; ++step) {
        std::vector<std::int32_t> counts(3, 0);
        std::vector<CreditedShare> shares;
        for (int k = 0; k < 9; ++k) {
          const auto miner = static_cast<std::uint32_t>(rng() % 3);
          work += difficulty[miner];
          ++counts[miner];
          shares.push_back({Time(), miner, difficulty[miner]});
        }
        window->add(fidelity == Fidelity::kFlow ? batch_of(counts, difficulty) : batch_of(shares));
        const double inside = sum(window->inside());
        REQUIRE(window->total() == doctest::Approx(inside));
        if (work < 1000.5) {
          REQUIRE(inside == doctest::Approx(work));
        } else if (oldest == OldestShare::kFraction) {
          REQUIRE(inside == doctest::Approx(1000.5).epsilon(1e-12));
        } else {
          REQUIRE(inside >= 1000.5 - 1e-9);
          REQUIRE(inside < 1007.5);
        }
      }
    }
  }
}

TEST_CASE("a miner without a share inside has exactly no work") {
  for (const Fidelity fidelity : {Fidelity::kShare, Fidelity::kFlow}) {
    const auto window = make_work_window(fidelity, 2, WorldKey{}, 0, OldestShare::kFraction);
    window->set_length(10.0);
    const double third = 1.0 / 3.0;
    const std::vector<double> difficulty = {third, third};
    for (const std::uint32_t miner : {0U, 1U}) {
      for (int k = 0; k < 100; ++k) {
        if (fidelity == Fidelity::kFlow) {
          window->add(batch_of(
              miner == 0 ? std::vector<std::int32_t>{1, 0} : std::vector<std::int32_t>{0, 1},
              difficulty));
        } else {
          window->add(batch_of(std::vector<CreditedShare>{{Time(), miner, third}}));
        }
      }
    }
    CHECK(window->inside()[0] == 0.0);
    CHECK(window->inside()[1] == doctest::Approx(10.0));
  }
}

TEST_CASE("a re-cut brings back up to four lengths, and no more is kept") {
  for (const Fidelity fidelity : {Fidelity::kShare, Fidelity::kFlow}) {
    const auto window = make_work_window(fidelity, 1, WorldKey{}, 0, OldestShare::kFraction);
    window->set_length(1000.0);
    const std::vector<CreditedShare> shares(100, CreditedShare{Time(), 0, 1.0});
    const std::vector<std::int32_t> counts(1, 100);
    for (int k = 0; k < 200; ++k) {
      window->add(fidelity == Fidelity::kShare ? batch_of(shares) : batch_of(counts, {1.0}));
    }
    CHECK(window->inside()[0] == 1000.0);
    window->set_length(4000.0);
    CHECK(window->inside()[0] == doctest::Approx(4000.0));
    window->set_length(250.0);
    CHECK(window->inside()[0] == doctest::Approx(250.0));
    window->set_length(8000.0);
    CHECK(window->inside()[0] < 1250.0);
  }
}

TEST_CASE("RowWindow's memory does not grow with shares, batches or blocks") {
  RowWindow window(50, OldestShare::kFraction, WorldKey{}, 0);
  window.set_length(1e9);
  const std::vector<double> difficulty(50, 1.0);
  const std::vector<std::int32_t> counts(50, 100'000);  // 5e6 shares a batch, 200 batches a window
  std::size_t most = 0;
  for (int k = 0; k < 3000; ++k) {
    window.add(batch_of(counts, difficulty));
    most = std::max(most, window.kept());
  }
  CHECK(most <= 4 * 17 + 2);
  CHECK(sum(window.inside()) == doctest::Approx(1e9));
}

TEST_CASE("RowWindow obeys the law of ShareWindow") {
  // Rows of 300 shares of two difficulties, a finder's share after each, windows that begin inside
  // a row: the share of the observed miner at each cut, and after a re-cut down and up.
  const std::vector<double> difficulty = {1.0, 1.0, 5.0};
  const double length = 1000.0;
  std::vector<double> by_share, by_row, recut_by_share, recut_by_row;
  Rng rng = test_rng(5);
  for (std::uint32_t sample = 0; sample < 3000; ++sample) {
    ShareWindow single(3, OldestShare::kFraction);
    RowWindow rows(3, OldestShare::kFraction, WorldKey{}, sample);
    single.set_length(length);
    rows.set_length(length);
    const auto add = [&](WorkWindow& window, bool in_order) {
      std::vector<std::int32_t> counts(3, 0);
      std::vector<CreditedShare> shares;
      for (int k = 0; k < 300; ++k) {
        const double u = uniform(rng);
        const std::uint32_t miner = u < 0.1 ? 0 : u < 0.7 ? 1 : 2;
        ++counts[miner];
        shares.push_back({Time(), miner, difficulty[miner]});
      }
      window.add(in_order ? batch_of(shares) : batch_of(counts, difficulty));
      window.add(batch_of(std::vector<CreditedShare>{{Time(), 0, 1.0}}));
    };
    for (int block = 0; block < 4; ++block) {
      add(single, true);
      add(rows, false);
      single.inside();
      rows.inside();
    }
    by_share.push_back(single.inside()[0]);
    by_row.push_back(rows.inside()[0]);
    for (WorkWindow* window :
         {static_cast<WorkWindow*>(&single), static_cast<WorkWindow*>(&rows)}) {
      window->set_length(0.7 * length);
      window->inside();
      window->set_length(1.3 * length);
    }
    recut_by_share.push_back(single.inside()[0]);
    recut_by_row.push_back(rows.inside()[0]);
  }
  const auto compare = [](std::span<const double> a, std::span<const double> b) {
    Moments first, second;
    for (const double x : a) first.add(x);
    for (const double x : b) second.add(x);
    const double error = std::sqrt(first.variance() / 3000.0 + second.variance() / 3000.0);
    CHECK(std::abs(first.mean() - second.mean()) < kErrors * error);
    // F-test of two nearly normal samples: log of the ratio has error 2 / sqrt(n).
    CHECK(std::abs(std::log(first.variance() / second.variance())) <
          kErrors * 2.0 / std::sqrt(3000.0));
    CHECK(ks_test(a, b).p_value > 1e-4);
  };
  compare(by_share, by_row);
  compare(recut_by_share, recut_by_row);
}

TEST_CASE("the finder's share is inside its own block's window") {
  RowWindow window(2, OldestShare::kFraction, WorldKey{}, 3);
  window.set_length(5.0);
  window.add(batch_of(std::vector<std::int32_t>{1000, 0}, std::vector<double>{1.0, 1.0}));
  window.add(batch_of(std::vector<CreditedShare>{{Time(), 1, 1.0}}));
  CHECK(window.inside()[1] == 1.0);
  CHECK(window.inside()[0] == 4.0);
}

TEST_CASE("a shelf shares equal windows and cuts each the same whoever else is on it") {
  const WorldKey key{.seed = 5};
  WindowShelf alone(Fidelity::kFlow, 2, key);
  WindowShelf among(Fidelity::kFlow, 2, key);
  const WindowSpec spec{.lengths = 2.0};
  among.get({.lengths = 3.0});
  WorkWindow& first = among.get(spec);
  CHECK(&first == &among.get(spec));
  WorkWindow& lone = alone.get(spec);
  for (WindowShelf* shelf : {&alone, &among}) {
    shelf->on_network(100.0);
    shelf->add(batch_of(std::vector<std::int32_t>{300, 700}, std::vector<double>{1.0, 1.0}));
  }
  CHECK(first.inside()[0] == lone.inside()[0]);
}

TEST_CASE("a window without re-cut keeps its length until it was rolled over") {
  WindowShelf shelf(Fidelity::kShare, 1, WorldKey{});
  WorkWindow& fixed = shelf.get({.lengths = 1.0, .recut_at_retarget = false});
  WorkWindow& recut = shelf.get({.lengths = 1.0});
  const std::vector<CreditedShare> shares(60, CreditedShare{Time(), 0, 1.0});
  shelf.on_network(100.0);
  shelf.on_network(200.0);
  CHECK(recut.length() == 200.0);
  CHECK(fixed.length() == 100.0);
  shelf.add(batch_of(shares));
  shelf.on_network(300.0);  // the roll-over that has begun goes on
  CHECK(fixed.length() == 100.0);
  shelf.add(batch_of(shares));
  CHECK(fixed.length() == 300.0);
}
