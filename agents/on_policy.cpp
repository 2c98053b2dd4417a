#include "agents/on_policy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "agents/composed_loss.hpp"
#include "agents/policy_model.hpp"

namespace aicmp {
namespace {

constexpr double kAdamEpsilon = 1e-5;

std::unique_ptr<PolicyGradient> make_gradient(const ActorCritic& net, const RunSettings& run) {
  if (net.memory() || run.device != Device::kCpu) {
    return std::make_unique<ComposedGradient>(net, static_cast<int>(run.workers->threads()),
                                              run.device);
  }
  return std::make_unique<FusedGradient>(net, *run.workers);
}

}  // namespace

OnPolicy::OnPolicy(const RunSettings& run, const OnPolicyConfig& config,
                   std::unique_ptr<Environment> env)
    : run_(run),
      config_(config),
      play_(std::move(env), run.seed, run.less),
      net_(play_.spec().observation.size(), run.hidden, run.activation,
           ActionHead(play_.spec().action), run.lstm_size),
      parameters_(net_.size()),
      slopes_(net_.size()),
      adam_(net_.size(), kAdamEpsilon),
      gradient_(make_gradient(net_, run)),
      observed_(net_.inputs()),
      scale_(net_.inputs()),
      rewards_(run.rewards, play_.size()),
      rollout_(static_cast<std::size_t>(config.rollout_steps), play_, net_, *run.workers) {
  Rng rng = policy_rng(run.seed, PolicyStream::kWeights);
  net_.initialise(parameters_.data(), rng);
}

double OnPolicy::learning_rate() const {
  if (!config_.anneal) return config_.learning_rate;
  const double done = static_cast<double>(steps()) / static_cast<double>(run_.total_steps);
  return config_.learning_rate * std::max(0.0, 1.0 - done);
}

Rng OnPolicy::order_rng() const {
  return policy_rng(run_.seed, PolicyStream::kOrder, static_cast<std::uint32_t>(iterations_));
}

void OnPolicy::iterate() {
  std::vector<Rng> rngs;
  for (std::size_t group = 0; group < rollout_.groups(); ++group) {
    rngs.push_back(policy_rng(run_.seed, PolicyStream::kActions,
                              static_cast<std::uint32_t>(iterations_),
                              static_cast<std::uint32_t>(group)));
  }
  rollout_.collect(play_, parameters_.data(), scale_, run_.rewards.discount, std::move(rngs),
                   run_.normalise_observations ? &observed_ : nullptr,
                   taught() ? &run_.imitation : nullptr);
  rollout_.finish(rewards_, config_.gae_lambda);
  explained_variance_ = rollout_.explained_variance();
  loss_ = learn();
  if (run_.normalise_observations) scale_.set(observed_);
  ++iterations_;
}

PolicyLoss OnPolicy::descend(std::span<const std::uint32_t> rows, PolicyLossTerms terms) {
  terms.value_weight = config_.value_weight;
  terms.entropy_weight = config_.entropy_weight;
  terms.imitate = taught();
  PolicyLoss loss =
      gradient_->differentiate(parameters_.data(), rollout_.samples(), rows, terms, slopes_.data());
  const double norm = std::isfinite(loss.total)
                          ? adam_.step(slopes_.data(), parameters_.data(), learning_rate(),
                                       config_.max_gradient_norm, *run_.workers)
                          : loss.total;
  if (!std::isfinite(norm)) {
    throw Diverged(fmt::format(
        "the {} is not finite after {} steps (policy loss {}, value loss {}, learning rate {}): "
        "look at the rewards of the problem, or try a lower learning rate",
        std::isfinite(loss.total) ? "gradient" : "loss", steps(), loss.policy, loss.value,
        learning_rate()));
  }
  // Ratios to somebody else's actions say nothing of how far the policy moved.
  if (terms.imitate) loss.approx_kl = loss.clipped = std::numeric_limits<double>::quiet_NaN();
  return loss;
}

Metrics OnPolicy::metrics() const {
  return {{"charts/episodic_return", play_.episodes().mean_return()},
          {"charts/episodic_length", play_.episodes().mean_length()},
          {"charts/score", play_.episodes().mean_score()},
          {"charts/learning_rate", learning_rate()},
          {"losses/policy_loss", loss_.policy},
          {"losses/value_loss", loss_.value},
          {"losses/entropy", loss_.entropy},
          {"losses/approx_kl", loss_.approx_kl},
          {"losses/clipfrac", loss_.clipped},
          {"losses/explained_variance", explained_variance_}};
}

PolicyModel OnPolicy::policy() const {
  const float* parameters = parameters_.data();
  PolicyModel model = policy_model(play_.spec(), net_.policy(), parameters,
                                   run_.normalise_observations ? &observed_ : nullptr,
                                   parameters + net_.log_std_offset());
  if (net_.memory()) {
    model.layers.insert(model.layers.begin(),
                        policy_layer(*net_.memory(), parameters + net_.policy_memory_offset()));
  }
  return model;
}

void OnPolicy::save(Archive& archive) const {
  archive.put("iterations", iterations_);
  archive.put("parameters", parameters_.data(), parameters_.size());
  archive.put("loss", loss_);
  archive.put("explained_variance", explained_variance_);
  adam_.save(archive);
  observed_.save(archive, "observed");
  rewards_.save(archive);
  rollout_.save(archive);
  play_.save(archive);
}

void OnPolicy::load(const Archive& archive) {
  archive.get("iterations", iterations_);
  archive.get("parameters", parameters_.data(), parameters_.size());
  archive.get("loss", loss_);
  archive.get("explained_variance", explained_variance_);
  adam_.load(archive);
  observed_.load(archive, "observed");
  if (observed_.count() > 0.0) scale_.set(observed_);
  rewards_.load(archive);
  rollout_.load(archive);
  play_.load(archive);
}

}  // namespace aicmp
