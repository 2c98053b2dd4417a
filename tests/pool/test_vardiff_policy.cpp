#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/units.hpp"
#include "sim/pool/share_source.hpp"
#include "sim/pool/vardiff/trial.hpp"
#include "tests/pool/linear_policy.hpp"

namespace aicmp {
namespace {

std::vector<float> bias_for(std::size_t choice) {
  std::vector<float> bias(ShareView::kOctaves.size());
  bias[choice] = 1.0f;
  return bias;
}

/// Miners of equal work at these distances.
ShareRates rates_of(double work_per_s, const std::vector<double>& latency_s) {
  const std::size_t miners = latency_s.size();
  ShareRates rates;
  rates.work_per_s.assign(miners, work_per_s);
  rates.latency_s = latency_s;
  rates.network_difficulty = 1e14;
  rates.difficulty = std::make_shared<const std::vector<double>>(miners, 1.0);
  rates.shares_per_s.assign(miners, 0.0);
  return rates;
}

TEST_CASE("A policy that always keeps changes nothing, one that always doubles meets the ceiling") {
  const TrialPlan plan{{{0.0, 2e14}}, 1e4, 3600.0, 0.0};
  Rng rng(WorldKey{}, StreamId::kTest);
  VardiffTrial trial;
  run_trial(*BundleFolder(linear_policy(bias_for(ShareView::kKeep))).rule(), plan, rng, trial);
  CHECK(trial.changes_s.empty());
  CHECK(trial.final_difficulty == 1e4);

  std::vector<float> bias = bias_for(5);
  bias[ShareView::kKeep] = 0.5f;  // where doubling is not possible
  BundleFolder doubling(linear_policy(bias));
  doubling.config.range.max = 1e5;
  run_trial(*doubling.rule(), plan, rng, trial);
  CHECK(trial.changes_s == std::vector<double>{60.0, 120.0, 180.0});  // 16e4 would be too much
  CHECK(trial.final_difficulty == 8e4);
}

TEST_CASE("A policy that only lowers meets the floor, where every hash is still counted") {
  std::vector<float> bias = bias_for(0);
  bias[1] = 0.8f;  // half an octave and one where two are not possible
  bias[2] = 0.6f;
  bias[ShareView::kKeep] = 0.5f;
  const BundleFolder lowering(linear_policy(bias));
  const double work_per_s = 2e14 / kHashesPerWork;
  const double floor = work_per_s / kMostSharesPerS;
  const ShareRates rates = rates_of(work_per_s, {0.0});
  const DifficultyControl control{lowering.rule(), 64.0 * floor};
  const auto flow = make_controlled_flow_source(1, control, 0.0, {});
  const auto share = make_front_end_source(1, {}, control, {});
  for (ShareSource* source : {flow.get(), share.get()}) {
    source->set_rates(Time(), rates);
    double work = 0.0;
    const Time end = Time::seconds(300.0);
    for (Time now; now < end;) {
      const WorkBatch batch = source->take(end);
      now = batch.end;
      batch.for_each([&](std::uint32_t, std::int64_t, double each) { work += each; });
    }
    CHECK(source->difficulty(0) >= floor);
    CHECK(source->difficulty(0) < 1.5 * floor);
    CHECK(source->counts().accepted[0] > 1'000'000);
    // The easiest shares make up half of the work, those of the first minute most of its noise.
    CHECK(std::abs(work / (300.0 * work_per_s) - 1.0) < 4.0 * std::sqrt(64.0 * floor / work));
  }
}

TEST_CASE("A policy that names a rate gets it") {
  // Output 0 of `rate` is the middle of its range in logarithms; output -1 of `band` is 0.
  const double rate = std::sqrt(5.0 / 600.0);
  const BundleFolder bundle(linear_policy({0.0f, -1.0f}));
  const double hash = 2e14;
  const TrialPlan plan{{{0.0, hash}}, 1.0, 4 * 3600.0, 0.0};
  Rng rng(WorldKey{}, StreamId::kTest);
  VardiffTrial trial;
  double sum = 0.0;
  const int trials = 50;
  for (int i = 0; i < trials; ++i) {
    run_trial(*bundle.rule(), plan, rng, trial);
    sum += std::log(trial.final_difficulty * kHashesPerWork * rate / hash);
  }
  // An average over 600 s at .09/s has a relative error of 1 / sqrt(2 * .09 * 600) = .096.
  CHECK(std::abs(sum / trials) < 4.0 * 0.1 / std::sqrt(trials));
}

TEST_CASE("The rule shows a policy the rate that is there") {
  // Feature 2 is log(rate / .3): the policy raises the difficulty in proportion to it.
  const BundleFolder bundle(linear_policy({0.0f, 0.0f, 0.0f, 0.5f, 0.0f, 0.0f, 0.0f}, 2, 0.5f));
  const double hash = 2e14;
  const double ideal = hash / kHashesPerWork / 0.3;
  Rng rng(WorldKey{}, StreamId::kTest);
  VardiffTrial trial;
  for (const double factor : {1e-3, 1e3}) {
    run_trial(*bundle.rule(), {{{0.0, hash}}, ideal * factor, 6 * 3600.0, 0.0}, rng, trial);
    CHECK(std::abs(std::log2(trial.final_difficulty / ideal)) < 1.5);
  }
}

/// How far the difficulties have risen after ten minutes with a block every 5 s, by miner, from
/// a share a second.
std::vector<double> raises(ShareSource& source, const std::vector<double>& latency_s) {
  const double start = 1e6;
  source.set_rates(Time(), rates_of(start, latency_s));
  const Time end = Time::seconds(600.0);
  for (Time now, tip = Time::seconds(5.0); now < end; tip = tip + Time::seconds(5.0)) {
    while (now < tip) now = source.take(tip).end;
    source.new_tip(now);
  }
  std::vector<double> raises;
  for (std::uint32_t i = 0; i < latency_s.size(); ++i) {
    raises.push_back(source.difficulty(i) / start);
  }
  return raises;
}

TEST_CASE("The rule shows a policy the round trip, stale and rejected shares") {
  enum : std::size_t { kRtt = 6, kStale, kReject };
  const auto doubles_above = [](std::size_t feature, double threshold) {
    std::vector<float> bias = bias_for(ShareView::kKeep);
    bias[6] = bias[4] = bias[2] = bias[1] = bias[0] = -100.0f;
    return BundleFolder(linear_policy(bias, feature, static_cast<float>(1.0 / threshold))).rule();
  };
  const std::vector<double> latency_s = {0.1, 0.5};
  FrontEndConfig config;
  const auto both = [&](std::unique_ptr<const VardiffRule> rule) {
    const DifficultyControl control{std::move(rule), 1e6};
    const auto flow = make_controlled_flow_source(2, control, 0.0, {});
    const auto share = make_front_end_source(2, config, control, {});
    return std::pair(raises(*flow, latency_s), raises(*share, latency_s));
  };
  SUBCASE("round trip, 1 and 5 tenths of a second") {
    const auto [flow, share] = both(doubles_above(kRtt, 3.0));
    for (const auto& seen : {flow, share}) {
      CHECK(seen[0] == 1.0);
      CHECK(seen[1] >= 256.0);
    }
  }
  SUBCASE("stale shares, 2 and 10 %") {
    const auto [flow, share] = both(doubles_above(kStale, 6.0));
    for (const auto& seen : {flow, share}) {
      CHECK(seen[0] == 1.0);
      CHECK(seen[1] > 1.0);
    }
  }
  SUBCASE("rejected shares: only a front end has them") {
    config.duplicate_part = 0.2;  // of the shares, a sixth of what is sent
    const auto [flow, share] = both(doubles_above(kReject, 8.0));
    CHECK(flow == std::vector{1.0, 1.0});
    CHECK(share[0] > 1.0);
    config.duplicate_part = 0.0;
    CHECK(both(doubles_above(kReject, 8.0)).second == std::vector{1.0, 1.0});
  }
}

TEST_CASE("Bundles for something else are refused, and say why") {
  PolicyModel model = linear_policy(bias_for(3));
  CHECK(BundleFolder(model).refusal().empty());
  const auto reason = [](const PolicyModel& other) {
    const std::string text = BundleFolder(other).refusal();
    return text.substr(std::min(text.size(), text.find("manifest.json: ") + 15));
  };
  PolicyModel other = model;
  other.problem = "AICMP/Curtailment-v0";
  CHECK(reason(other) == "problem: AICMP/Curtailment-v0 (allowed: AICMP/ShareDifficulty-v0)");
  other = model;
  other.features[1].high = 2.0;
  CHECK(reason(other) == "features[1]: error (allowed: error (1 / sqrt(shares)) in [0, 1])");
  other = model;
  std::swap(other.sets[0].choices[0], other.sets[0].choices[6]);
  CHECK(reason(other) == "action: another one (allowed: 7 choices, or rate and band)");
  other = model;
  const std::size_t width = model.features.size();
  const std::vector<float> weight(4 * width * width);
  PolicyLayer lstm{LayerKind::kLstm, width, width, weight, weight, std::vector<float>(4 * width)};
  other.layers.insert(other.layers.begin(), lstm);
  CHECK(reason(other) == "layers: lstm (allowed: no recurrent layer: a connection has no memory)");
  VardiffConfig nowhere;
  nowhere.bundle = "/nowhere/manifest.json";
  CHECK_THROWS_AS(make_vardiff_rule(nowhere), IoError);
}

}  // namespace
}  // namespace aicmp
