#include "agents/rewards.hpp"

#include <cmath>

namespace aicmp {
namespace {

/// Transitions after which a rate of old is forgotten.
constexpr double kHorizon = 50'000.0;

}  // namespace

Rewards::Rewards(const Config& config, std::size_t envs) : config_(config), returns_(envs, 0.0) {}

double Rewards::scale() const {
  return config_.normalise ? std::sqrt(moments_.variance(0) + 1e-8) : 1.0;
}

void Rewards::convert(std::size_t steps, const double* reward, const double* dt,
                      const unsigned char* ended, float* out) {
  const std::size_t size = steps * returns_.size();
  if (config_.differential) {
    const double keep = std::exp(-static_cast<double>(size) / kHorizon);
    sum_ *= keep;
    time_ *= keep;
    for (std::size_t i = 0; i < size; ++i) {
      sum_ += reward[i];
      time_ += dt[i];
    }
  }
  const double rate = this->rate();
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<float>(reward[i] - rate * dt[i]);
  if (!config_.normalise) return;
  std::vector<float> returns(size);
  for (std::size_t i = 0; i < size; ++i) {
    double& past = returns_[i % returns_.size()];
    past = past * std::pow(config_.discount, dt[i]) + static_cast<double>(out[i]);
    returns[i] = static_cast<float>(past);
    if (ended[i] != 0) past = 0.0;
  }
  moments_.add(returns.data(), size);
  const auto factor = static_cast<float>(1.0 / scale());
  for (std::size_t i = 0; i < size; ++i) out[i] *= factor;
}

void Rewards::observe(std::size_t env, double reward, double dt, bool ended) {
  if (config_.differential) {
    constexpr double kKeep = 1.0 - 1.0 / kHorizon;
    sum_ = kKeep * sum_ + reward;
    time_ = kKeep * time_ + dt;
  }
  if (!config_.normalise) return;
  double& past = returns_[env];
  past = past * std::pow(config_.discount, dt) + reward - rate() * dt;
  const auto value = static_cast<float>(past);
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
