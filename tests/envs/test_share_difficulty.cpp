#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "envs/problems/share_difficulty.hpp"
#include "envs/rollout.hpp"
#include "sim/base/error.hpp"
#include "sim/policy/inference.hpp"
#include "tests/pool/linear_policy.hpp"

namespace aicmp {
namespace {

const std::string kShareDifficulty = "AICMP/ShareDifficulty-v0";
enum Number : std::size_t { kDt, kTraffic, kFaults, kLumpiness, kChange, kRejects, kStales };
enum Feature : std::size_t { kRtt = 6, kStale, kReject };
constexpr std::int64_t kKeep = ShareView::kKeep;

/// Worlds at once, each with a round trip of 300 ms.
struct Fleet {
  explicit Fleet(std::size_t size, const std::vector<std::string>& overrides = {})
      : env(make_environment(kShareDifficulty, {.size = size}, "", with_rtt(overrides))),
        memory(*env) {
    for (std::size_t i = 0; i < size; ++i) env->seed(i, i);
    env->reset_into({}, memory.buffers());
  }
  static std::vector<std::string> with_rtt(std::vector<std::string> overrides) {
    overrides.insert(overrides.begin(),
                     {"rtt_min_ms=300", "rtt_max_ms=300", "start_error=1", "judge_by=connection"});
    return overrides;
  }
  void step(std::int64_t choice) {
    std::fill(memory.choices.begin(), memory.choices.end(), choice);
    env->step_into(memory.actions(), memory.buffers());
  }
  double number(Number number) const { return memory.info[number * env->size()]; }
  Moments seen(Feature feature) const {
    Moments moments;
    const std::size_t width = env->spec().observation.size();
    for (std::size_t i = 0; i < env->size(); ++i) {
      moments.add(memory.observation[i * width + feature]);
    }
    return moments;
  }

  std::unique_ptr<Environment> env;
  Memory memory;
};

TEST_CASE("Refused shares cost what a round trip of work is worth") {
  Fleet one(1);
  const double stales = -1e6 * (1.0 - std::exp(-0.3 / 600.0));
  one.step(kKeep);
  CHECK(one.number(kRejects) == 0.0);
  CHECK(one.number(kStales) == doctest::Approx(stales));
  one.step(kKeep + 3);  // four times as hard: three of four shares of .3 s out of 60
  CHECK(one.number(kRejects) == doctest::Approx(-1e6 * 0.75 * 0.3 / 60.0));
  CHECK(one.number(kStales) == doctest::Approx(stales));
  one.step(kKeep - 3);
  CHECK(one.number(kRejects) == 0.0);
  CHECK(one.number(kChange) < 0.0);
}

TEST_CASE("The optimum pays for stale shares as well, where they count") {
  const auto optimum = [](const std::vector<std::string>& overrides) {
    return make_environment(kShareDifficulty, {}, "", overrides)->optimum()->value;
  };
  const double stale = 1.0 - std::exp(-0.3 / 600.0);
  const double least = -optimum({});
  CHECK(optimum(Fleet::with_rtt({})) == doctest::Approx(-least - 1e6 * stale));
  CHECK(optimum(Fleet::with_rtt({"costs_in=percent"})) ==
        doctest::Approx(-100.0 * (1.0 + 1e6 * stale / least)));
  CHECK(optimum(Fleet::with_rtt({"costs_in=percent", "count_stales=false"})) == -100.0);
  // Who starts right and stays pays the optimum. The mean of a log-uniform round trip is
  // (max - min) / log(max / min).
  const std::vector<std::string> spread = {"rtt_min_ms=20", "rtt_max_ms=400", "start_error=1"};
  CHECK(optimum(spread) ==
        doctest::Approx(-least - 1e6 * 0.38 / std::log(20.0) / 600.0).epsilon(1e-3));
  const Moments played = score(kShareDifficulty, "fixed", 400, spread);
  CHECK(std::abs(played.mean() - optimum(spread)) < 4.0 * played.standard_error());
  // Without the stales only the cost of the best rate is left.
  CHECK(score(kShareDifficulty, "fixed", 4, Fleet::with_rtt({"count_stales=false"})).mean() ==
        doctest::Approx(-least));
}

TEST_CASE("The pool sees as many refused shares as the law says") {
  Fleet fleet(4000);
  for (int i = 0; i < 30; ++i) fleet.step(kKeep);
  CHECK(fleet.seen(kRtt).mean() == doctest::Approx(3.0));
  CHECK(fleet.seen(kReject).mean() == 0.0);
  const Moments stale = fleet.seen(kStale);
  CHECK(std::abs(stale.mean() - 100.0 * 0.3 / 600.0) < 4.0 * stale.standard_error() + 1e-3);
  // r shares a second; then r / 4, and for .3 s three times r / 4 that are too easy.
  fleet.step(kKeep + 3);
  const Moments reject = fleet.seen(kReject);
  const double kept = ShareView::kept(60.0);
  double before = 0.0;
  for (int i = 0; i < 30; ++i) before = kept * (before + 60.0);
  const double expected = 100.0 * 0.75 * 0.3 / (before + 60.0 / 4.0 + 0.75 * 0.3);
  // The mean of ratios of counts around 350 and .13 is the ratio of means but for some 1/350.
  CHECK(std::abs(reject.mean() - expected) < 4.0 * reject.standard_error() + 0.01 * expected);
}

TEST_CASE("Nothing is rejected where shares are judged by their job") {
  for (const auto& [judge, cost] : {std::pair{"job", 0.0}, std::pair{"connection", 0.75 * 0.3}}) {
    Fleet fleet(4, {std::string("judge_by=") + judge});
    fleet.step(kKeep + 3);
    CHECK(fleet.number(kRejects) == doctest::Approx(-1e6 * cost / 60.0));
  }
}

TEST_CASE("A round trip has two bounds or none") {
  const auto refusal = [](const std::vector<std::string>& overrides) {
    return message_of<ConfigError>([&] { make_environment(kShareDifficulty, {}, "", overrides); });
  };
  CHECK(refusal({"rtt_max_ms=100"}).find("rtt_min_ms: 0 (allowed: more than 0") !=
        std::string::npos);
  CHECK(refusal({"rtt_min_ms=100"}).find("rtt_min_ms: 100 (allowed: 0, as") != std::string::npos);
  CHECK(refusal({"rtt_min_ms=200", "rtt_max_ms=100"}).find("rtt_max_ms: 100 (allowed: at least") !=
        std::string::npos);
}

TEST_CASE("A policy sees and does as the pool's rule what it sees and does in the problem") {
  PolicyModel model = linear_policy({0.1f, -1.0f});
  Rng rng(WorldKey{}, StreamId::kTest);
  const std::size_t features = model.features.size();
  for (std::size_t k = 0; k < features; ++k) {
    model.layers[0].weight[k] = static_cast<float>(0.6 * (uniform(rng) - 0.5));
  }
  const BundleFolder bundle(model);
  const PolicyInference inference(model);
  PolicyInference::Workspace space;

  ShareDifficultyConfig config;
  config.actions = ShareDifficultyConfig::Actions::kRate;
  config.hash_parts = {0.3, 1.0};
  config.part_mean_hours = 0.2;
  config.rtt_min_ms = 100.0;
  config.rtt_max_ms = 1000.0;
  config.judge_by = JudgeBy::kConnection;
  const ShareDifficulty problem(config);
  ShareDifficulty::State state;
  problem.reset(state, {});
  const auto rule = bundle.rule();
  VardiffState control = rule->start(state.difficulty, 0.0);
  control.rtt_s = state.view.rtt_s;

  std::vector<float> observation(features), outputs(2);
  std::vector<float> numbers = {0.0f, static_cast<float>(ShareView::kWidestBand)};  // keep
  std::vector<double> info(problem.spec().info_width() - 1);
  std::int64_t stale_shares = 0, rejected_shares = 0, changes = 0;
  for (int step = 0; step < 1000; ++step) {
    const ShareView before = state.view;
    problem.step(state, {{}, numbers}, info);
    REQUIRE(state.difficulty == control.difficulty);
    const double kept = ShareView::kept(60.0);
    const auto came = [&](double ShareView::*sum) {
      return std::lround(state.view.*sum - kept * before.*sum);
    };
    const auto shares = static_cast<std::int64_t>(state.view.last_shares);
    const double begin_s = 60.0 * step;
    const double last_s = begin_s + 60.0 - 60.0 / static_cast<double>(shares + 1);
    rule->on_shares(control, shares, begin_s, last_s, control.difficulty);
    rule->on_refused(control, came(&ShareView::stale_seen), came(&ShareView::rejected_seen));
    stale_shares += came(&ShareView::stale_seen);
    rejected_shares += came(&ShareView::rejected_seen);
    changes += rule->on_poll(control, begin_s + 60.0).has_value();

    problem.observe(state, observation);
    inference.run(1, observation.data(), nullptr, outputs.data(), space);
    inference.decide(1, outputs.data(), nullptr, {nullptr, numbers.data()});
  }
  CHECK(changes > 900);
  CHECK(stale_shares > 0);
  CHECK(rejected_shares > 0);
}

}  // namespace
}  // namespace aicmp
