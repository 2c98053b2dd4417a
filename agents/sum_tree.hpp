#pragma once

#include <cstddef>
#include <vector>

namespace aicmp {

/// Weights of which one is drawn in proportion, and changed, in logarithmic time.
class SumTree {
 public:
  explicit SumTree(std::size_t size);

  void set(std::size_t index, double weight);
  double get(std::size_t index) const { return nodes_[leaves_ + index]; }
  double total() const { return nodes_[1]; }
  /// The index at which the sum of weights from the front passes `sum` in [0, total()).
  std::size_t find(double sum) const;

 private:
  std::size_t size_;
  std::size_t leaves_;         // a power of two
  std::vector<double> nodes_;  // [1] the root, children of i at 2 i and 2 i + 1
};

}  // namespace aicmp
