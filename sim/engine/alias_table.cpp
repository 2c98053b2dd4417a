#include "sim/engine/alias_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/base/error.hpp"
#include "sim/base/vector_clones.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kBlock = 128;

/// Splits uniforms into a column (its integer part after scaling) and a place within the column.
AICMP_VECTOR_CLONES
void split(const double* uniforms, std::size_t count, double columns, std::int32_t* column,
           double* within) {
  for (std::size_t i = 0; i < count; ++i) {
    const double scaled = uniforms[i] * columns;
    column[i] = static_cast<std::int32_t>(scaled);
    within[i] = scaled - static_cast<double>(column[i]);
  }
}

}  // namespace

void AliasTable::assign(std::span<const double> weights) {
  AICMP_ASSERT(weights.size() < (std::size_t{1} << 31));
  total_ = 0.0;
  for (const double weight : weights) {
    AICMP_ASSERT(weight >= 0.0);
    total_ += weight;
  }
  AICMP_ASSERT(std::isfinite(total_));
  const auto count = static_cast<std::uint32_t>(weights.size());
  columns_.assign(count, Column{0.0, 0});
  if (!(total_ > 0.0)) return;

  // Indices of columns below (from the front) and above the mean (from the back).
  std::vector<std::uint32_t> stack(count);
  std::size_t light = 0;
  std::size_t heavy = count;
  for (std::uint32_t i = 0; i < count; ++i) {
    columns_[i] = {weights[i] / total_ * count, i};
    stack[columns_[i].threshold < 1.0 ? light++ : --heavy] = i;
  }
  while (light > 0 && heavy < count) {
    const std::uint32_t under = stack[--light];
    const std::uint32_t over = stack[heavy];
    columns_[under].alias = over;
    columns_[over].threshold -= 1.0 - columns_[under].threshold;
    if (columns_[over].threshold < 1.0) {
      ++heavy;
      stack[light++] = over;
    }
  }
  // What rounding has left over is full, except that a weight of 0 must never be drawn.
  const auto heaviest = static_cast<std::uint32_t>(
      std::max_element(weights.begin(), weights.end()) - weights.begin());
  while (heavy < count) columns_[stack[heavy++]].threshold = 1.0;
  while (light > 0) {
    const std::uint32_t left = stack[--light];
    columns_[left] = {weights[left] > 0.0 ? 1.0 : 0.0, heaviest};
  }
}

std::uint32_t AliasTable::operator()(double uniform) const {
  const double scaled = uniform * static_cast<double>(columns_.size());
  const auto column = static_cast<std::uint32_t>(scaled);
  const Column& chosen = columns_[column];
  return scaled - column < chosen.threshold ? column : chosen.alias;
}

void AliasTable::draw(std::span<const double> uniforms, std::uint32_t* indices) const {
  std::array<std::int32_t, kBlock> column;
  std::array<double, kBlock> within;
  const auto columns = static_cast<double>(columns_.size());
  for (std::size_t at = 0; at < uniforms.size(); at += kBlock) {
    const std::size_t count = std::min(kBlock, uniforms.size() - at);
    split(uniforms.data() + at, count, columns, column.data(), within.data());
    for (std::size_t i = 0; i < count; ++i) {
      __builtin_prefetch(&columns_[static_cast<std::size_t>(column[i])]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto own = static_cast<std::uint32_t>(column[i]);
      const Column& chosen = columns_[own];
      // Without a branch, which would be mispredicted as often as not.
      const std::uint32_t above = within[i] < chosen.threshold ? 0u : ~0u;
      indices[at + i] = own ^ ((own ^ chosen.alias) & above);
    }
  }
}

double AliasTable::probability(std::uint32_t index) const {
  double sum = 0.0;
  for (std::uint32_t i = 0; i < columns_.size(); ++i) {
    if (i == index) sum += columns_[i].threshold;
    if (columns_[i].alias == index) sum += 1.0 - columns_[i].threshold;
  }
  return sum / static_cast<double>(columns_.size());
}

}  // namespace aicmp
