#include "sim/pool/schemes/split_block.hpp"

#include <algorithm>
#include <cmath>

#include "sim/pool/apportion.hpp"

namespace aicmp {

void split_block(const PoolBlock& block, double fee, double filled, std::span<const double> weights,
                 Book& book) {
  const auto reward = static_cast<double>(block.reward().value());
  const Satoshi kept(static_cast<std::int64_t>(std::floor(fee * reward)));
  Satoshi split = block.reward() - kept;
  if (filled < 1.0) {
    split =
        Satoshi(static_cast<std::int64_t>(std::floor(filled * static_cast<double>(split.value()))));
  }
  std::vector<Satoshi> parts;
  apportion(split, weights, parts);
  book.distribute(block.id, block.height, std::move(parts));
}

void power_weights(std::span<const double> work, double eta, std::vector<double>& weights) {
  const double log_largest = std::log(*std::max_element(work.begin(), work.end()));
  weights.resize(work.size());
  for (std::size_t i = 0; i < work.size(); ++i) {
    weights[i] = work[i] > 0.0 ? std::exp(eta * (std::log(work[i]) - log_largest)) : 0.0;
  }
}

}  // namespace aicmp
