#include <cmath>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/pool/vardiff/grid.hpp"

using namespace aicmp;

namespace {

GridCell cell_of(VardiffKind kind, double rate, const char* scenario, std::int64_t trials,
                 double delay_s = 0.0) {
  GridConfig config;
  config.rule.kind = kind;
  config.shares_per_min = {rate};
  config.scenarios = {grid_scenario(scenario)};
  config.trials = trials;
  config.delay_s = delay_s;
  config.cold_factor = kind == VardiffKind::kSv2Classic ? 1e5 : 100.0;
  return run_grid(config).front();
}

/// Four standard errors of a fraction.
double four_errors(double part, std::int64_t trials) {
  return 4.0 * std::sqrt(part * (1.0 - part) / static_cast<double>(trials));
}

/// A rule whose lulls are not used.
class EveryShare final : public VardiffRule {
 public:
  explicit EveryShare(const VardiffRule& rule) : VardiffRule(DifficultyRange{}), rule_(rule) {}
  std::optional<DifficultyChange> on_share(VardiffState& state, double now_s,
                                           double difficulty) const override {
    return rule_.on_share(state, now_s, difficulty);
  }
  std::optional<DifficultyChange> on_poll(VardiffState& state, double now_s) const override {
    return rule_.on_poll(state, now_s);
  }
  double poll_s() const override { return rule_.poll_s(); }

 private:
  void begin(VardiffState& state, double now_s) const override {
    state = rule_.start(state.difficulty, now_s);
  }
  const VardiffRule& rule_;
};

}  // namespace

TEST_CASE("convergence is the first change before five quiet minutes within the trial") {
  CHECK(convergence_s({}, 1800.0) == 0.0);
  CHECK(convergence_s({60.0, 300.0, 590.0, 640.0}, 1800.0) == 640.0);
  CHECK(convergence_s({60.0, 361.0}, 1800.0) == 60.0);
  CHECK(convergence_s({1501.0}, 1800.0) < 0.0);
  CHECK(convergence_s({300.0, 600.0, 900.0, 1200.0, 1500.0, 1790.0}, 1800.0) < 0.0);
}

// The published numbers come from 1000 trials themselves, so their own error counts as well.
TEST_CASE("sv2-classic on the published grid") {
  constexpr std::int64_t kTrials = 4000;
  const auto cold = cell_of(VardiffKind::kSv2Classic, 6.0, "cold", kTrials);
  CHECK(cold.converged >= 0.83 - four_errors(0.85, kTrials));
  CHECK(cold.converged <= 0.88 + four_errors(0.85, kTrials));
  CHECK(cold.convergence_p10_s == 600.0);
  CHECK(cold.convergence_p50_s >= 660.0);
  CHECK(cold.convergence_p50_s <= 780.0);
  for (const auto& [rate, part] :
       {std::pair(1.0, 0.97), std::pair(6.0, 0.71), std::pair(12.0, 0.57), std::pair(60.0, 0.20)}) {
    const auto step = cell_of(VardiffKind::kSv2Classic, rate, "step-50", kTrials);
    CHECK(std::abs(step.reacted - part) <= four_errors(part, kTrials) + four_errors(part, 1000));
  }
  const auto steady = cell_of(VardiffKind::kSv2Classic, 1.0, "steady", 1000);
  CHECK(std::abs(steady.mean_shares_per_min - 1.36) <= 0.03);
  CHECK(std::abs(steady.log_error_sd - 0.69) <= 0.03);
}

// Numbers of independent ports, each from 1000 trials.
TEST_CASE("rules of other pools: convergence, reaction and rest as published") {
  constexpr std::int64_t kTrials = 3000;
  struct Published {
    VardiffKind kind;
    double converged, reacted, mean, changes_per_hour, sd;
  };
  const std::vector<Published> all = {{VardiffKind::kCkpool, 1.0, .014, 17.8, 0.0, .065},
                                      {VardiffKind::kDatum, 1.0, .002, 8.03, 0.0, .03},
                                      {VardiffKind::kNomp, .99, .64, 4.26, 8.6, .27},
                                      {VardiffKind::kMiningcore, .75, .97, 4.31, 21.5, .37},
                                      {VardiffKind::kPublicPool, 1.0, .06, 6.1, .26, .13}};
  for (const Published& published : all) {
    INFO(vardiff_entry(published.kind).name);
    constexpr double kLastDigit = 0.005;
    const auto near = [](double seen, double part) {
      CHECK(std::abs(seen - part) <=
            four_errors(part, kTrials) + four_errors(part, 1000) + kLastDigit);
    };
    near(cell_of(published.kind, 0.0, "cold", kTrials).converged, published.converged);
    near(cell_of(published.kind, 0.0, "step-50", kTrials).reacted, published.reacted);
    const auto steady = cell_of(published.kind, 0.0, "steady", kTrials);
    // Trials of a rule that rests keep the difficulty they ended at, so that each counts once.
    const double mean_error = published.changes_per_hour > 1.0
                                  ? 0.01 * published.mean
                                  : 4.0 * published.sd * published.mean / std::sqrt(1000.0) + 0.05;
    CHECK(std::abs(steady.mean_shares_per_min - published.mean) <= mean_error);
    CHECK(std::abs(steady.changes_per_hour - published.changes_per_hour) <=
          0.02 * published.changes_per_hour + 0.05);
    if (published.kind == VardiffKind::kDatum) {
      // Nearly all trials rest at D*, the others at half of it: a count of those is Poisson.
      const auto halved = [](double sd) { return 1000.0 * std::pow(sd / std::numbers::ln2, 2.0); };
      const double seen = halved(steady.log_error_sd);
      CHECK(std::abs(seen - halved(published.sd)) <= 4.0 * std::sqrt(seen));
    } else {
      CHECK(std::abs(steady.log_error_sd - published.sd) <= 0.015);
    }
  }
}

TEST_CASE("NOMP looks 45 s after the first share, and late changes make it overshoot") {
  const auto cold = [](double delay_s) {
    return cell_of(VardiffKind::kNomp, 0.0, "cold", 3000, delay_s);
  };
  const GridCell at_once = cold(0.0);
  CHECK(at_once.convergence_p10_s == doctest::Approx(45.0).epsilon(0.02));
  CHECK(std::abs(at_once.convergence_p50_s - 156.0) <= 20.0);
  // At 400 shares a minute two of the old difficulty come within .3 s, and their short gaps count.
  CHECK(std::abs(cold(0.3).convergence_p50_s - 230.0) <= 30.0);
}

TEST_CASE("shares that a rule says come to nothing can be left out") {
  TrialPlan plan;
  plan.hash = {{0.0, 1e15}};
  plan.duration_s = 600.0;
  for (const VardiffKind kind : {VardiffKind::kPublicPool, VardiffKind::kNomp,
                                 VardiffKind::kMiningcore, VardiffKind::kDatum}) {
    VardiffConfig config;
    config.kind = kind;
    plan.start_difficulty = ideal_difficulty(config, 1e15) / 1000.0;
    const auto rule = make_vardiff_rule(config);
    const EveryShare slow(*rule);
    Moments difference[2];
    Moments shares[2];
    VardiffTrial trial;
    for (std::uint32_t i = 0; i < 600; ++i) {
      for (const int full : {0, 1}) {
        Rng rng({1, static_cast<std::uint32_t>(full), 0}, StreamId::kTest, i);
        run_trial(full == 1 ? static_cast<const VardiffRule&>(slow) : *rule, plan, rng, trial);
        difference[full].add(std::log(trial.final_difficulty));
        shares[full].add(trial.shares);
      }
    }
    INFO(vardiff_entry(kind).name);
    for (const auto* pair : {difference, shares}) {
      CHECK(std::abs(pair[0].mean() - pair[1].mean()) <=
            4.0 * std::hypot(pair[0].standard_error(), pair[1].standard_error()));
    }
  }
}

TEST_CASE("a fixed difficulty brings Poisson shares") {
  VardiffConfig config;
  config.kind = VardiffKind::kFixed;
  TrialPlan plan;
  plan.hash = {{0.0, 1e15}, {900.0, 0.5e15}};
  plan.start_difficulty = 1e6;
  const auto rule = make_vardiff_rule(config);
  VardiffTrial trial;
  Moments shares;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    Rng rng({1, 0, 0}, StreamId::kTest, i);
    run_trial(*rule, plan, rng, trial);
    shares.add(trial.shares);
  }
  const double mean = 0.75 * 1800.0 * 1e15 / (1e6 * 281474976710656.0 / 65535.0);
  CHECK(std::abs(shares.mean() - mean) <= 4.0 * std::sqrt(mean / 2000.0));
}

TEST_CASE("scenarios by name") {
  CHECK(standard_scenarios().size() == 10);
  CHECK(grid_scenario("step-25").step == -0.25);
  CHECK_THROWS_AS(grid_scenario("warm"), ConfigError);
}
