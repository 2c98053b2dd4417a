#pragma once

#include <cstddef>
#include <vector>

#include "sim/base/random.hpp"

namespace aicmp {

/// A random matrix [rows][columns] whose rows, or columns if there are fewer of them, are
/// orthonormal (Saxe et al., 2014).
std::vector<double> orthogonal(std::size_t rows, std::size_t columns, Rng& rng);

}  // namespace aicmp
