#include "agents/orthogonal.hpp"

#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

/// `count` orthonormal vectors of `size` >= count normal numbers, by Gram and Schmidt, twice.
std::vector<std::vector<double>> orthonormal(std::size_t count, std::size_t size, Rng& rng) {
  std::vector<std::vector<double>> vectors(count, std::vector<double>(size));
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double>& v = vectors[i];
    for (double& x : v) x = normal(rng);
    for (int round = 0; round < 2; ++round) {
      for (std::size_t j = 0; j < i; ++j) {
        double along = 0.0;
        for (std::size_t k = 0; k < size; ++k) along += v[k] * vectors[j][k];
        for (std::size_t k = 0; k < size; ++k) v[k] -= along * vectors[j][k];
      }
      double square = 0.0;
      for (const double x : v) square += x * x;
      for (double& x : v) x /= std::sqrt(square);
    }
  }
  return vectors;
}

}  // namespace

std::vector<double> orthogonal(std::size_t rows, std::size_t columns, Rng& rng) {
  const bool wide = columns > rows;
  const auto vectors = wide ? orthonormal(rows, columns, rng) : orthonormal(columns, rows, rng);
  std::vector<double> matrix;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      matrix.push_back(wide ? vectors[i][j] : vectors[j][i]);
    }
  }
  return matrix;
}

}  // namespace aicmp
