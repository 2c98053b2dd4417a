#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace aicmp {

/// Draws an index with probability proportional to its weight, and changes one weight, both in
/// logarithmic time: a tree of partial sums with eight children a node, one cache line each.
/// Sums are always formed anew from the children, so there is no drift: the tree depends on the
/// present weights alone, not on how they came about.
class RateTree {
 public:
  /// Weights are finite and not negative, their sum finite; asserted.
  explicit RateTree(std::span<const double> weights) { assign(weights); }
  /// Replaces all weights, in linear time.
  void assign(std::span<const double> weights);
  void set(std::uint32_t index, double weight);

  std::size_t size() const { return weights_.size(); }
  double weight(std::uint32_t index) const { return weights_[index]; }
  /// Sum of the weights; with a sum of 0 nothing can be drawn.
  double total() const { return totals_.back(); }

  /// Index for a uniform number in [0, 1); never one of weight 0.
  std::uint32_t operator()(double uniform) const;
  /// The same for many uniforms at once, their ways down the tree interleaved.
  void draw(std::span<const double> uniforms, std::uint32_t* indices) const;

 private:
  static constexpr std::size_t kChildren = 8;
  /// Sums of the children before each one; infinite after the last child with a weight. Of equal
  /// sums the last one wins, so a child without weight is never chosen, whatever is rounded.
  struct alignas(64) Node {
    std::array<double, kChildren> before;
  };

  void sum(std::size_t level, std::size_t node);

  std::vector<double> weights_;
  std::vector<Node> nodes_;          // the leaves' parents first, the root last
  std::vector<double> totals_;       // of each node
  std::vector<std::size_t> levels_;  // first node of each level, and the end
};

}  // namespace aicmp
