#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/base/units.hpp"
#include "sim/policy/bundle.hpp"
#include "sim/pool/share_source.hpp"
#include "sim/pool/vardiff/rules.hpp"
#include "sim/pool/vardiff/share_view.hpp"
#include "sim/pool/vardiff/trial.hpp"
#include "tests/experiment/temporary_folder.hpp"

namespace aicmp {
namespace {

/// A policy for share difficulty without hidden layers: outputs = bias + weight * feature `sees`.
PolicyModel linear_policy(const std::vector<float>& bias, std::size_t sees = 0,
                          float weight = 0.0f) {
  PolicyModel model;
  model.problem = "AICMP/ShareDifficulty-v0";
  for (const ShareView::Feature& feature : ShareView::kFeatures) {
    model.features.push_back({feature.name, feature.unit, feature.low, feature.high, 0.0, 1.0});
  }
  model.clip = 20.0;
  if (bias.size() == 2) {
    model.numbers = {{"rate", "log(shares/s)", std::log(1.0 / 600.0), std::log(5.0), 0.0f},
                     {"band", "octaves", 0.0, ShareView::kWidestBand, 0.0f}};
  } else {
    model.sets = {{"difficulty", {}}};
    for (std::size_t k = 0; k < ShareView::kOctaves.size(); ++k) {
      model.sets[0].choices.push_back(ShareView::choice_name(k));
    }
  }
  PolicyLayer layer{LayerKind::kLinear, model.features.size(), bias.size(), {}, {}, bias};
  layer.weight.assign(layer.inputs * layer.units, 0.0f);
  for (std::size_t j = 0; j < layer.units; ++j) {
    const auto octaves = static_cast<float>(ShareView::kOctaves.at(j));
    layer.weight[j * layer.inputs + sees] = weight * octaves;
  }
  model.layers = {layer};
  return model;
}

/// One bundle on disk and rules made of it.
class BundleFolder {
 public:
  explicit BundleFolder(const PolicyModel& model) {
    std::filesystem::create_directories(folder_.path("b"));
    PolicyBundle bundle;
    bundle.model = model;
    bundle.parity =
        record_parity(PolicyInference(model), std::vector<float>(model.features.size()));
    write_bundle_files(bundle, folder_.path("b"));
    seal_bundle(folder_.path("b"));
    config.bundle = folder_.path("b/manifest.json");
  }
  std::unique_ptr<const VardiffRule> rule() const { return make_vardiff_rule(config); }
  std::string refusal() const {
    return message_of<ConfigError>([&] { rule(); });
  }

  VardiffConfig config;

 private:
  TemporaryFolder folder_;
};

std::vector<float> bias_for(std::size_t choice) {
  std::vector<float> bias(ShareView::kOctaves.size());
  bias[choice] = 1.0f;
  return bias;
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
  ShareRates rates;
  rates.work_per_s = {work_per_s};
  rates.latency_s = {0.0};
  rates.network_difficulty = 1e14;
  rates.difficulty = std::make_shared<const std::vector<double>>(1, 1.0);
  rates.shares_per_s = {0.0};
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
  PolicyLayer lstm{LayerKind::kLstm,      6, 6, std::vector<float>(144), std::vector<float>(144),
                   std::vector<float>(24)};
  other.layers.insert(other.layers.begin(), lstm);
  CHECK(reason(other) == "layers: lstm (allowed: no recurrent layer: a connection has no memory)");
  VardiffConfig nowhere;
  nowhere.bundle = "/nowhere/manifest.json";
  CHECK_THROWS_AS(make_vardiff_rule(nowhere), IoError);
}

}  // namespace
}  // namespace aicmp
