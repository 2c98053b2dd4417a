#include "agents/ppo.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aicmp {
namespace {

/// Fisher and Yates.
void shuffle(std::vector<std::uint32_t>& order, Rng& rng) {
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng() % i]);
}

/// Makes the advantages of `rows` have mean 0 and deviation 1.
void normalise(const Floats& advantage, std::span<const std::uint32_t> rows,
               PolicyLossTerms& terms) {
  double sum = 0.0;
  for (const std::uint32_t row : rows) sum += static_cast<double>(advantage[row]);
  const double mean = sum / static_cast<double>(rows.size());
  double square = 0.0;
  for (const std::uint32_t row : rows) {
    const double away = static_cast<double>(advantage[row]) - mean;
    square += away * away;
  }
  const double degrees = std::max(1.0, static_cast<double>(rows.size()) - 1.0);
  terms.advantage_shift = mean;
  terms.advantage_scale = 1.0 / (std::sqrt(square / degrees) + 1e-8);
}

}  // namespace

Ppo::Ppo(const RunSettings& run, const PpoConfig& config, std::unique_ptr<Environment> env)
    : OnPolicy(run, config, std::move(env)),
      config_(config),
      order_(net().memory() ? play().size() : rollout().size()) {}

PolicyLoss Ppo::learn() {
  Rng rng = order_rng();
  std::iota(order_.begin(), order_.end(), 0u);
  // What a row remembers comes from the rows before it, so sequences stay whole.
  const std::size_t length = rollout().size() / order_.size();
  const std::size_t most =
      std::max<std::size_t>(1, static_cast<std::size_t>(config_.minibatch) / length);
  PolicyLoss sum;
  double minibatches = 0.0;
  for (std::int64_t epoch = 0; epoch < config_.epochs; ++epoch) {
    shuffle(order_, rng);
    double kl = 0.0;
    for (std::size_t first = 0; first < order_.size();) {
      const std::size_t size = std::min(most, order_.size() - first);
      rows_.clear();
      for (std::size_t t = 0; t < length; ++t) {
        for (std::size_t k = first; k < first + size; ++k) {
          rows_.push_back(static_cast<std::uint32_t>(t * order_.size()) + order_[k]);
        }
      }
      PolicyLossTerms terms{.clip = config_.clip};
      if (config_.normalise_advantages) normalise(rollout().advantage(), rows_, terms);
      const PolicyLoss loss = descend(rows_, terms);
      sum += loss;
      kl += loss.approx_kl * static_cast<double>(size) / static_cast<double>(order_.size());
      minibatches += 1.0;
      first += size;
    }
    if (config_.target_kl > 0.0 && kl > config_.target_kl) break;
  }
  return sum / minibatches;
}

}  // namespace aicmp
