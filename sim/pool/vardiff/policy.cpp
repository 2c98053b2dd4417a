#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/policy/bundle.hpp"
#include "sim/pool/vardiff/makers.hpp"
#include "sim/pool/vardiff/rule_memory.hpp"
#include "sim/pool/vardiff/share_view.hpp"

namespace aicmp {
namespace {

constexpr char kProblem[] = "AICMP/ShareDifficulty-v0";
constexpr double kStepS = 60.0;  // of the problem

struct PolicyMemory {
  ShareView view;
  ShareView::Step step;  // the present one
  double last_share_s = 0.0;
};

void require(bool holds, const std::string& bundle, const std::string& key, const std::string& why,
             const std::string& allowed) {
  if (!holds) throw ConfigError({bundle, 0}, key, why, allowed);
}

/// Refuses a policy that sees or does anything else than the problem has.
void check_fit(const PolicyModel& model, const std::string& bundle) {
  require(model.problem == kProblem, bundle, "problem", model.problem, kProblem);
  const auto& features = ShareView::kFeatures;
  require(model.features.size() == features.size(), bundle, "features",
          fmt::format("{} of them", model.features.size()), fmt::format("{}", features.size()));
  for (std::size_t k = 0; k < features.size(); ++k) {
    const PolicyFeature& feature = model.features[k];
    const bool same = feature.name == features[k].name && feature.unit == features[k].unit &&
                      feature.low == features[k].low && feature.high == features[k].high;
    require(same, bundle, fmt::format("features[{}]", k), feature.name,
            fmt::format("{} ({}) in [{:g}, {:g}]", features[k].name, features[k].unit,
                        features[k].low, features[k].high));
  }
  bool choices =
      model.sets.size() == 1 && model.sets[0].choices.size() == ShareView::kOctaves.size();
  for (std::size_t k = 0; choices && k < ShareView::kOctaves.size(); ++k) {
    choices = model.sets[0].choices[k] == ShareView::choice_name(k);
  }
  const bool numbers = model.numbers.size() == 2 && model.numbers[0].name == "rate" &&
                       model.numbers[1].name == "band";
  require(choices || numbers, bundle, "action", "another one",
          fmt::format("{} choices, or rate and band", ShareView::kOctaves.size()));
  const bool recurrent = std::any_of(model.layers.begin(), model.layers.end(),
                                     [](const auto& l) { return l.kind == LayerKind::kLstm; });
  require(!recurrent, bundle, "layers", "lstm", "no recurrent layer: a connection has no memory");
}

/// A trained policy as a rule: it sees the connection as in its problem, and decides each minute.
class PolicyRule final : public RuleWithMemory<PolicyMemory> {
 public:
  PolicyRule(const PolicyModel& model, const DifficultyRange& range)
      : RuleWithMemory(range), inference_(model), continuous_(!model.numbers.empty()) {}

  double poll_s() const override { return kStepS; }

  std::optional<DifficultyChange> on_share(VardiffState& state, double now_s,
                                           double difficulty) const override {
    PolicyMemory& m = memory(state);
    ++m.step.shares;
    m.step.work += difficulty;
    m.last_share_s = now_s;
    return {};
  }

  std::optional<DifficultyChange> on_poll(VardiffState& state, double now_s) const override {
    PolicyMemory& m = memory(state);
    m.step.last_before_end_s = now_s - m.last_share_s;
    m.view.rtt_s = state.rtt_s;
    m.view.add_step(kStepS, kept_, m.step);
    const auto result = change(state, wanted(state, m.view));
    m.step = {.changed = result.has_value()};
    return result;
  }

  std::optional<DifficultyChange> on_shares(VardiffState& state, std::int64_t count, double,
                                            double end_s, double difficulty) const override {
    if (count == 0) return {};
    PolicyMemory& m = memory(state);
    m.step.shares += static_cast<double>(count);
    m.step.work += static_cast<double>(count) * difficulty;
    m.last_share_s = end_s;
    return {};
  }
  void on_refused(VardiffState& state, std::int64_t stale, std::int64_t rejected) const override {
    ShareView::Step& step = memory(state).step;
    step.stale += static_cast<double>(stale);
    step.rejected += static_cast<double>(rejected);
  }
  bool reads_times() const override { return false; }

 private:
  void begin(VardiffState& state, double now_s) const override {
    PolicyMemory m;
    m.view.since_change_s = kStepS;
    m.last_share_s = now_s;
    set(state, m);
  }

  double wanted(const VardiffState& state, const ShareView& view) const {
    thread_local PolicyInference::Workspace space;
    thread_local std::vector<float> outputs;
    outputs.resize(inference_.outputs());
    std::array<float, ShareView::kFeatures.size()> observation;
    view.observe(kStepS, state.difficulty, observation);
    inference_.run(1, observation.data(), nullptr, outputs.data(), space);
    const double least = std::max(range().min, state.floor);
    const double most = std::min(range().max, state.ceiling);
    if (continuous_) {
      std::array<float, 2> numbers;
      inference_.decide(1, outputs.data(), nullptr, {nullptr, numbers.data()});
      return view.aim(kStepS, state.difficulty, numbers[0], numbers[1], least, most);
    }
    std::array<std::int8_t, ShareView::kOctaves.size()> mask;
    std::array<double, ShareView::kOctaves.size()> after;
    for (std::size_t k = 0; k < mask.size(); ++k) {
      after[k] = state.difficulty * ShareView::kFactors[k];
      mask[k] = after[k] >= least && after[k] <= most ? 1 : 0;
    }
    mask[ShareView::kKeep] = 1;
    std::int64_t choice = 0;
    inference_.decide(1, outputs.data(), mask.data(), {&choice, nullptr});
    return after[static_cast<std::size_t>(choice)];
  }

  PolicyInference inference_;
  bool continuous_;
  double kept_ = ShareView::kept(kStepS);
};

}  // namespace

VardiffRulePtr make_policy_rule(const VardiffConfig& config) {
  const std::string folder = std::filesystem::path(config.bundle).parent_path().string();
  const PolicyBundle bundle = load_bundle(folder.empty() ? "." : folder);
  check_fit(bundle.model, config.bundle);
  return std::make_unique<PolicyRule>(bundle.model, config.range);
}

}  // namespace aicmp
