#include "agents/sum_tree.hpp"

#include <algorithm>
#include <bit>

namespace aicmp {

SumTree::SumTree(std::size_t size)
    : size_(size), leaves_(std::bit_ceil(size)), nodes_(2 * leaves_, 0.0) {}

void SumTree::set(std::size_t index, double weight) {
  std::size_t node = leaves_ + index;
  nodes_[node] = weight;
  for (node /= 2; node > 0; node /= 2) nodes_[node] = nodes_[2 * node] + nodes_[2 * node + 1];
}

std::size_t SumTree::find(double sum) const {
  std::size_t node = 1;
  while (node < leaves_) {
    node *= 2;
    // Rounding may leave a rest at the end of the last leaf that has weight.
    if (sum >= nodes_[node] && nodes_[node + 1] > 0.0) {
      sum -= nodes_[node];
      ++node;
    }
  }
  return std::min(node - leaves_, size_ - 1);
}

}  // namespace aicmp
