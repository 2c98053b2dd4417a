#include "sim/engine/rate_tree.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kDescents = 16;  // in flight in draw()

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
  nodes_.resize(levels_.back());
  totals_.resize(levels_.back());
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
  const std::span<const double> children =
      level == 0 ? std::span<const double>(weights_)
                 : std::span<const double>(totals_).subspan(levels_[level - 1],
                                                            levels_[level] - levels_[level - 1]);
  const std::size_t first = (node - levels_[level]) * kChildren;
  const std::size_t count = std::min(kChildren, children.size() - first);
  auto& before = nodes_[node].before;
  before.fill(std::numeric_limits<double>::infinity());
  double total = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    before[i] = total;
    total += children[first + i];
  }
  for (std::size_t i = count; i-- > 1 && children[first + i] == 0.0;) {
    before[i] = std::numeric_limits<double>::infinity();
  }
  totals_[node] = total;
}

std::uint32_t RateTree::operator()(double uniform) const {
  std::uint32_t index = 0;
  draw({&uniform, 1}, &index);
  return index;
}

void RateTree::draw(std::span<const double> uniforms, std::uint32_t* indices) const {
  std::array<double, kDescents> rest;
  std::array<std::size_t, kDescents> at;
  for (std::size_t first = 0; first < uniforms.size(); first += kDescents) {
    const std::size_t count = std::min(kDescents, uniforms.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      rest[i] = uniforms[first + i] * total();
      at[i] = 0;
    }
    for (std::size_t level = levels_.size() - 1; level-- > 0;) {
      const Node* const nodes = nodes_.data() + levels_[level];
      for (std::size_t i = 0; i < count; ++i) {
        const auto& before = nodes[at[i]].before;
        std::size_t child = 0;
        for (std::size_t j = 1; j < kChildren; ++j) child += before[j] <= rest[i] ? 1 : 0;
        rest[i] -= before[child];
        at[i] = at[i] * kChildren + child;
        if (level > 0) __builtin_prefetch(&nodes_[levels_[level - 1] + at[i]]);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      indices[first + i] = static_cast<std::uint32_t>(at[i]);
    }
  }
}

}  // namespace aicmp
