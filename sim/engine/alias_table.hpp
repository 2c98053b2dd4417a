#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace aicmp {

/// Draws an index with probability proportional to its weight in constant time (Walker, Electronics
/// Letters 10, 1974; built in linear time as in Vose, IEEE Trans. Softw. Eng. 17, 1991).
/// For rates that rarely change; RateTree is for those that change one by one.
class AliasTable {
 public:
  AliasTable() = default;
  /// Weights are finite and not negative, their sum finite, their number below 2^31; asserted.
  explicit AliasTable(std::span<const double> weights) { assign(weights); }
  /// Replaces all weights, in linear time; the result depends on the weights alone.
  void assign(std::span<const double> weights);

  std::size_t size() const { return columns_.size(); }
  /// Sum of the weights; with a sum of 0 nothing can be drawn.
  double total() const { return total_; }

  /// Index for a uniform number in [0, 1); never one of weight 0.
  std::uint32_t operator()(double uniform) const;
  /// The same for many uniforms at once, with the table's memory fetched ahead.
  void draw(std::span<const double> uniforms, std::uint32_t* indices) const;

  /// Probability of an index as the table encodes it, found in linear time.
  double probability(std::uint32_t index) const;

 private:
  /// One of n equally likely columns: below `threshold` it is its own index, above its alias.
  struct Column {
    double threshold;
    std::uint32_t alias;
  };
  std::vector<Column> columns_;
  double total_ = 0.0;
};

}  // namespace aicmp
