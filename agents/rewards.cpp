#include "agents/rewards.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {
namespace {

/// Transitions after which a rate or deviation of old is forgotten: a policy that does not know
/// anything yet may bring rewards that are larger by orders of magnitude.
constexpr double kHorizon = 50'000.0;

}  // namespace

Rewards::Rewards(const Config& config, std::size_t envs) : config_(config), returns_(envs, 0.0) {}

double Rewards::scale() const {
  return config_.normalise ? std::sqrt(moments_.variance(0) + 1e-8) : 1.0;
}

double Rewards::seen(double reward, double dt) const {
  const double scaled = (reward - rate() * dt) / scale();
  if (!config_.normalise || config_.clip <= 0.0) return scaled;
  return std::clamp(scaled, -config_.clip, config_.clip);
}

void Rewards::convert(std::size_t steps, const double* reward, const double* dt,
                      const unsigned char* ended, float* out) {
  const std::size_t size = steps * returns_.size();
  const double keep = std::exp(-static_cast<double>(size) / kHorizon);
  if (config_.differential) {
    sum_ *= keep;
    time_ *= keep;
    for (std::size_t i = 0; i < size; ++i) {
      sum_ += reward[i];
      time_ += dt[i];
    }
  }
  if (config_.normalise) {
    const double rate = this->rate();
    for (std::size_t i = 0; i < size; ++i) {
      double& past = returns_[i % returns_.size()];
      past = past * std::pow(config_.discount, dt[i]) + reward[i] - rate * dt[i];
      out[i] = static_cast<float>(past);
      if (ended[i] != 0) past = 0.0;
    }
    moments_.fade(keep);
    moments_.add(out, size);
  }
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<float>(seen(reward[i], dt[i]));
}

void Rewards::observe(std::size_t env, double reward, double dt, bool ended) {
  constexpr double kKeep = 1.0 - 1.0 / kHorizon;
  if (config_.differential) {
    sum_ = kKeep * sum_ + reward;
    time_ = kKeep * time_ + dt;
  }
  if (!config_.normalise) return;
  double& past = returns_[env];
  past = past * std::pow(config_.discount, dt) + reward - rate() * dt;
  const auto value = static_cast<float>(past);
  moments_.fade(kKeep);
  moments_.add(&value, 1);
  if (ended) past = 0.0;
}

void Rewards::save(Archive& archive) const {
  archive.put("rewards.sum", sum_);
  archive.put("rewards.time", time_);
  archive.put("rewards.returns", returns_.data(), returns_.size());
  moments_.save(archive, "rewards.moments");
}

void Rewards::load(const Archive& archive) {
  archive.get("rewards.sum", sum_);
  archive.get("rewards.time", time_);
  archive.get("rewards.returns", returns_.data(), returns_.size());
  moments_.load(archive, "rewards.moments");
}

}  // namespace aicmp
