#include <array>
#include <numeric>

#include <fmt/format.h>

#include "sim/chain/retarget.hpp"
#include "sim/chain/subsidy.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

constexpr double kFitDifficulty = 1e12;

/// A network whose hash rate fits the difficulty of 1e12, with a pool too small to matter.
BareScenario network(double blocks) {
  BareScenario bare;
  bare.difficulty = kFitDifficulty;
  bare.share_difficulty = 1e6;
  bare.pool_share = 1e-6;
  bare.mean_interval_s = static_cast<double>(kTargetSpacingS);
  bare.blocks = blocks;
  bare.fidelity = Fidelity::kFlow;
  return bare;
}

// --- 1 -------------------------------------------------------------------------------------------

class Intervals final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock& block) override {
    const double day = std::floor(world.now().in_days());
    for (; day_ < day; ++day_) {
      days.add(blocks_);
      blocks_ = 0.0;
    }
    ++blocks_;
    intervals.add((block.found - last_).in_seconds());
    last_ = block.found;
  }
  Moments intervals;
  Moments days;

 private:
  Time last_;
  double day_ = 0.0;
  double blocks_ = 0.0;
};

std::vector<Row> intervals(const Effort& effort) {
  struct Sample {
    double mean, cv, dispersion;
  };
  const auto samples = watched_worlds<Intervals>(
      network(20'000).build(), effort, effort.worlds(100), [](const World&, Intervals& seen) {
        return Sample{seen.intervals.mean(),
                      seen.intervals.standard_deviation() / seen.intervals.mean(),
                      seen.days.variance() / seen.days.mean()};
      });
  Moments mean, cv, dispersion;
  for (const Sample& s : samples) {
    mean.add(s.mean);
    cv.add(s.cv);
    dispersion.add(s.dispersion);
  }
  return {mean_row({"1.mean", "mean block interval at fixed difficulty, s", 600.0}, mean),
          mean_row({"1.cv", "coefficient of variation of the interval", 1.0}, cv),
          mean_row({"1.daily", "variance / mean of daily block counts", 1.0}, dispersion)};
}

// --- 3, 4, 5, C24 --------------------------------------------------------------------------------

/// Difficulty and span of every complete epoch.
class Epochs final : public Observer {
 public:
  void on_chain(const World&, const NetworkBlock& block) override {
    if (!block.block.retargeted) return;
    spans_s.push_back((block.found - begin_).in_seconds());
    difficulties.push_back(block.block.old_difficulty);
    begin_ = block.found;
  }
  std::vector<double> spans_s;
  std::vector<double> difficulties;

 private:
  Time begin_;
};

Scenario retargeting(double epochs) {
  Scenario scenario = network(epochs * kRetargetInterval).build();
  scenario.network.chain.retarget = RetargetRule::kBitcoin;
  scenario.network.chain.start_height = 899'136;  // opens an epoch
  return scenario;
}

std::vector<Row> constant_hash_rate(const Effort& effort) {
  constexpr std::size_t kEpochs = 20;
  const auto worlds = watched_worlds<Epochs>(retargeting(kEpochs * 1.5), effort, effort.worlds(100),
                                             [](const World&, Epochs& epochs) { return epochs; });
  // The interval that a difficulty stands for, and the luck of the epoch that it was taken from.
  std::vector<double> means, expected, luck, products;
  Moments spans;
  const double mean = closed_form::retarget_mean_interval_s();
  for (const Epochs& world : worlds) {
    double last = 0.0;
    for (std::size_t i = 1; i < kEpochs; ++i) {
      spans.add(world.spans_s[i] / kRetargetInterval);
      expected.push_back(world.difficulties[i] / kFitDifficulty * 600.0);
      luck.push_back(world.spans_s[i - 1] / kRetargetInterval /
                     (world.difficulties[i - 1] / kFitDifficulty * 600.0));
      if (i > 1) products.push_back((expected.back() - mean) * (last - mean));
      last = expected.back();
    }
  }
  Moments correlation;
  const double variance = std::pow(mean * closed_form::retarget_interval_cv(), 2.0);
  for (const double p : products) correlation.add(p / variance);
  // A compact difficulty of 1e12 is cut by at most 2^-15, on average by 1e-5 of itself.
  const double cut = 1e-5 * mean;
  std::vector<double> ratios;  // of difficulty over what the hash rate deserves
  for (const double interval_s : expected) ratios.push_back(interval_s / 600.0);
  return {
      mean_row({"3.realised", "mean interval under retargets, s", mean, cut}, spans),
      controlled_mean_row(
          {"3.interval", "the same from difficulties, luck taken out, s", mean, cut}, expected,
          luck, 1.0),
      cv_row({"3.cv", "CV of the expected interval, by epoch", closed_form::retarget_interval_cv()},
             expected),
      mean_row({"3.correlation", "its lag-1 correlation", 0.0}, correlation),
      controlled_mean_row({"C24", "mean next difficulty over what the hash rate deserves",
                           mean / 600.0, cut / 600.0},
                          ratios, luck, 1.0)};
}

std::vector<Row> clamp(const Effort& effort) {
  std::vector<Row> rows;
  for (const double factor : {10.0, 0.1}) {
    Scenario scenario = retargeting(factor > 1 ? 2.0 : 60.0);
    scenario.network.growth.model = GrowthModel::kScheduled;
    scenario.network.growth.steps = {{0.0, factor}};
    const auto worlds = watched_worlds<Epochs>(scenario, effort, effort.worlds(120),
                                               [](const World&, Epochs& epochs) { return epochs; });
    Moments first, second, ratio;
    for (const Epochs& world : worlds) {
      first.add(world.spans_s[0] / kRetargetInterval);
      second.add(world.spans_s[1] / kRetargetInterval);
      ratio.add(world.difficulties[2] / world.difficulties[1]);
    }
    const double clamped = factor > 1 ? 4.0 : 0.25;
    const std::string id = factor > 1 ? "4.up" : "4.down";
    const std::string step = fmt::format("hash rate x{:g}: ", factor);
    rows.push_back(
        mean_row({id + "-first", step + "first mean interval, s", 600.0 / factor}, first));
    rows.push_back(
        exact_row({id + "-clamp", step + "first difficulty ratio", clamped, clamped * 0x1p-15},
                  worlds[0].difficulties[1] / worlds[0].difficulties[0]));
    rows.push_back(mean_row(
        {id + "-second", step + "second mean interval, s", 600.0 / factor * clamped}, second));
    rows.push_back(mean_row({id + "-ratio", step + "second difficulty ratio",
                             factor / clamped * closed_form::retarget_mean_interval_s() / 600.0},
                            ratio));
  }
  return rows;
}

std::vector<Row> growth(const Effort& effort) {
  std::vector<Row> rows;
  constexpr std::size_t kSettled = 20;
  constexpr std::size_t kEpochs = 80;
  for (const double g : {0.05, 0.02}) {
    Scenario scenario = retargeting(kEpochs);
    scenario.network.growth.model = GrowthModel::kScheduled;
    scenario.network.growth.growth_per_14_days = g;
    const auto samples = watched_worlds<Epochs>(
        scenario, effort, effort.worlds(32), [](const World&, Epochs& epochs) {
          double sum = 0.0;
          for (std::size_t i = kSettled; i < kEpochs; ++i) sum += epochs.spans_s[i];
          return sum / static_cast<double>((kEpochs - kSettled) * kTargetTimespanS);
        });
    const double expected = closed_form::growth_interval_ratio(g);
    // Luck moves the exponent too: to second order by k / 2015 of the ratio.
    rows.push_back(
        mean_row({fmt::format("5.g{:g}", g),
                  fmt::format("mean interval / 600 s, growth {:g} per 14 days", g), expected, 1e-4},
                 samples));
  }
  return rows;
}

// --- C25 -----------------------------------------------------------------------------------------

constexpr std::array kForecastBlocks = {144, 504, 1008, 1944};

/// Errors of two forecasts of the next difficulty after n intervals of an epoch, squared: one takes
/// the pace so far for that of the whole, the other knows the hash rate.
class Forecasts final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock& block) override {
    const double now_s = world.now().in_seconds();
    const std::int64_t at = block.block.height % kRetargetInterval;
    if (at == 0) {
      first_s_ = now_s;
      interval_s_ = block.block.new_difficulty / kFitDifficulty * 600.0;
    }
    for (std::size_t i = 0; i < kForecastBlocks.size(); ++i) {
      if (at == kForecastBlocks[i]) elapsed_s_[i] = now_s - first_s_;
    }
    if (!block.block.retargeted || first_s_ < 0.0) return;
    const double span_s = now_s - first_s_;
    for (std::size_t i = 0; i < kForecastBlocks.size(); ++i) {
      const double n = kForecastBlocks[i];
      const double by_pace_s = elapsed_s_[i] * kIntervals / n;
      const double by_hash_rate_s = elapsed_s_[i] + (kIntervals - n) * interval_s_;
      pace[i].push_back(std::pow(std::log(span_s / by_pace_s), 2.0));
      hash_rate[i].push_back(std::pow(std::log(span_s / by_hash_rate_s), 2.0));
    }
  }
  static constexpr double kIntervals = kRetargetInterval - 1;
  std::array<std::vector<double>, kForecastBlocks.size()> pace, hash_rate;

 private:
  double first_s_ = -1.0;
  double interval_s_ = 0.0;
  std::array<double, kForecastBlocks.size()> elapsed_s_{};
};

std::vector<Row> next_difficulty(const Effort& effort) {
  std::vector<Row> rows;
  const auto worlds =
      watched_worlds<Forecasts>(retargeting(20.0), effort, effort.worlds(200),
                                [](const World&, Forecasts& seen) { return std::move(seen); });
  for (std::size_t i = 0; i < kForecastBlocks.size(); ++i) {
    std::vector<double> pace, hash_rate;
    for (const Forecasts& world : worlds) {
      pace.insert(pace.end(), world.pace[i].begin(), world.pace[i].end());
      hash_rate.insert(hash_rate.end(), world.hash_rate[i].begin(), world.hash_rate[i].end());
    }
    const int n = kForecastBlocks[i];
    const double floor = closed_form::next_difficulty_floor(n);
    rows.push_back(root_mean_row(
        {fmt::format("C25.n{}", n), fmt::format("error of log next D after {} blocks, by pace", n),
         closed_form::next_difficulty_error(n)},
        pace));
    rows.push_back(root_mean_row(
        {fmt::format("C25.n{}-floor", n), "the same, knowing the hash rate", floor, 1e-3 * floor},
        hash_rate));
  }
  return rows;
}

// --- 6, 7, 8 -------------------------------------------------------------------------------------

class FirstSubsidy final : public Observer {
 public:
  void on_chain(const World&, const NetworkBlock& block) override {
    if (satoshi < 0) satoshi = block.block.subsidy.value();
  }
  std::int64_t satoshi = -1;
};

std::vector<Row> subsidies(const Effort& effort) {
  constexpr std::int64_t kHalving = 210'000;
  double sum = 0.0;  // exact: below 2^53
  for (std::int64_t era = 0; era < 40; ++era) {
    double of_era = 0.0;
    for (const std::int64_t height : {era * kHalving, (era + 1) * kHalving - 1}) {
      Scenario scenario = network(50).build();
      scenario.network.chain.start_height = height;
      of_era += watched_worlds<FirstSubsidy>(
          scenario, effort, 1,
          [](const World&, FirstSubsidy& first) { return static_cast<double>(first.satoshi); })[0];
    }
    sum += of_era / 2.0 * kHalving;
  }
  return {exact_row({"6.total", "all subsidies ever, satoshi", 2'099'999'997'690'000.0}, sum)};
}

/// Real blocks of 2021-2025 through the ordinary engine.
std::vector<Row> real_retargets(const Effort& effort) {
  if (effort.data.empty()) return {};
  Scenario scenario = network(235'152).build();
  scenario.network.chain.retarget = RetargetRule::kBitcoin;
  scenario.network.chain.start_height = 665'280;
  scenario.network.chain.start_unix_s = 1'610'205'491;
  scenario.network.chain.start_nbits = "170da8a1";
  scenario.network.replay.blocks_csv = effort.data + "/blocks_2021_2025.csv";
  scenario.network.replay.epochs_csv = effort.data + "/difficulty_epochs.csv";
  return finished_worlds(scenario, effort, 1, [](const World& world) {
    const WorldTotals& totals = world.totals();
    return std::vector<Row>{
        exact_row({"7.real", "retargets of 2021-2025 that are not bit for bit", 0.0},
                  static_cast<double>(totals.checked_retargets - totals.equal_retargets)),
        exact_row({"7.real-checked", "retargets that were compared", 118.0},
                  static_cast<double>(totals.checked_retargets))};
  })[0];
}

std::vector<Row> core_vectors(const Effort&) {
  // src/test/pow_tests.cpp of Bitcoin Core.
  struct Vector {
    std::uint32_t nbits;
    std::int64_t first, last;
    std::uint32_t next;
  };
  constexpr std::array kVectors = {Vector{0x1d00ffff, 1261130161, 1262152739, 0x1d00d86a},
                                   Vector{0x1d00ffff, 1231006505, 1233061996, 0x1d00ffff},
                                   Vector{0x1c05a3f4, 1279008237, 1279297671, 0x1c0168fd},
                                   Vector{0x1c387f6f, 1263163443, 1269211443, 0x1d00e1fd}};
  std::vector<Row> rows;
  for (std::size_t i = 0; i < kVectors.size(); ++i) {
    const Vector& v = kVectors[i];
    rows.push_back(
        exact_row({fmt::format("7.core-{}", i + 1), fmt::format("nBits after {:#x}", v.nbits),
                   static_cast<double>(v.next)},
                  static_cast<double>(next_work_required(v.nbits, v.first, v.last))));
  }
  return rows;
}

std::vector<Row> stale_blocks(const Effort& effort) {
  std::vector<Row> rows;
  const double delay_s = 10.0;
  for (const int n : {2, 10, 100}) {
    Scenario scenario = network(10'000).build();
    scenario.network.propagation_delay_s = delay_s;
    const std::vector<double> shares(static_cast<std::size_t>(n), 1.0 / n);
    for (int i = 0; i < n; ++i) {
      scenario.network.pools.push_back({fmt::format("pool {}", i), (1.0 - 1e-12) / n});
    }
    Ratio stale;
    for (const auto& [late, all] :
         finished_worlds(scenario, effort, effort.worlds(60), [](const World& world) {
           const WorldTotals& totals = world.totals();
           return std::pair(totals.stale_blocks, totals.stale_blocks + totals.main_blocks);
         })) {
      stale.add(static_cast<double>(late), static_cast<double>(all));
    }
    const double expected = closed_form::stale_block_fraction(delay_s, shares);
    rows.push_back(ratio_row(
        {fmt::format("8.n{}", n), fmt::format("stale blocks, {} equal owners, delay 10 s", n),
         expected, expected * expected},
        stale));
  }
  return rows;
}

}  // namespace

std::vector<Case> network_cases() {
  return {{"1", "block intervals at fixed difficulty", intervals},
          {"3", "retargets at constant hash rate", constant_hash_rate, {"C24"}},
          {"4", "the clamp of a retarget", clamp},
          {"5", "the retarget lags behind growth", growth},
          {"6", "all subsidies", subsidies},
          {"7", "retarget vectors of Bitcoin Core, and real retargets",
           [](const Effort& effort) {
             std::vector<Row> rows = core_vectors(effort);
             for (Row& row : real_retargets(effort)) rows.push_back(std::move(row));
             return rows;
           }},
          {"8", "stale blocks by delay", stale_blocks},
          {"C25", "forecasts of the next difficulty", next_difficulty}};
}

}  // namespace aicmp
