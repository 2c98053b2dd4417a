#include "sim/engine/rate_tree.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kBlock = 16;  // descents in flight in draw()

}  // namespace

void RateTree::assign(std::span<const double> weights) {
  weights_.assign(weights.begin(), weights.end());
  for (const double weight : weights_) AICMP_ASSERT(weight >= 0.0);
  levels_.assign(1, 0);
  std::size_t width = weights_.size();
  do {
    width = std::max<std::size_t>((width + kChildren - 1) / kChildren, 1);
    levels_.push_back(levels_.back() + width);
  } while (width > 1);
  nodes_.assign(levels_.back(), Node());
  for (std::size_t level = 0; level + 1 < levels_.size(); ++level) {
    for (std::size_t node = levels_[level]; node < levels_[level + 1]; ++node) sum(level, node);
  }
  AICMP_ASSERT(std::isfinite(total()));
}

void RateTree::set(std::uint32_t index, double weight) {
  AICMP_ASSERT(index < weights_.size() && weight >= 0.0);
  weights_[index] = weight;
  std::size_t at = index;
  for (std::size_t level = 0; level + 1 < levels_.size(); ++level) {
    at /= kChildren;
    sum(level, levels_[level] + at);
  }
  AICMP_ASSERT(std::isfinite(total()));
}

void RateTree::sum(std::size_t level, std::size_t node) {
  const std::size_t first = (node - levels_[level]) * kChildren;
  const std::size_t children = level == 0 ? weights_.size() : levels_[level] - levels_[level - 1];
  double sum = 0.0;
  for (std::size_t i = 0; i < kChildren; ++i) {
    const std::size_t child = first + i;
    if (child < children) {
      sum += level == 0 ? weights_[child] : nodes_[levels_[level - 1] + child].sums.back();
    }
    nodes_[node].sums[i] = sum;
  }
}

/// One step from node `at` of `level` to its child that `rest` falls into.
void RateTree::descend(std::size_t level, double& rest, std::size_t& at) const {
  const auto& sums = nodes_[levels_[level] + at].sums;
  std::size_t child = 0;
  for (const double sum : sums) child += sum <= rest ? 1 : 0;
  if (child == kChildren) {  // by rounding alone; the last child that weighs anything takes it
    child = static_cast<std::size_t>(std::lower_bound(sums.begin(), sums.end(), sums.back()) -
                                     sums.begin());
  }
  if (child > 0) rest -= sums[child - 1];
  at = at * kChildren + child;
}

std::uint32_t RateTree::operator()(double uniform) const {
  double rest = uniform * total();
  std::size_t at = 0;
  for (std::size_t level = levels_.size() - 1; level-- > 0;) descend(level, rest, at);
  return static_cast<std::uint32_t>(at);
}

void RateTree::draw(std::span<const double> uniforms, std::uint32_t* indices) const {
  std::array<double, kBlock> rest;
  std::array<std::size_t, kBlock> at;
  for (std::size_t first = 0; first < uniforms.size(); first += kBlock) {
    const std::size_t count = std::min(kBlock, uniforms.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      rest[i] = uniforms[first + i] * total();
      at[i] = 0;
    }
    for (std::size_t level = levels_.size() - 1; level-- > 0;) {
      for (std::size_t i = 0; i < count; ++i) {
        descend(level, rest[i], at[i]);
        if (level > 0) __builtin_prefetch(&nodes_[levels_[level - 1] + at[i]]);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      indices[first + i] = static_cast<std::uint32_t>(at[i]);
    }
  }
}

}  // namespace aicmp
