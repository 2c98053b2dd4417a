#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

enum class SizeShape { kFixed, kLognormal, kPareto, kList };

/// Bounds of one miner's hash rate: 1 kH/s to 1e21 H/s, about the whole network in 2025.
inline constexpr double kMinMinerThs = 1e-9;
inline constexpr double kMaxMinerThs = 1e9;

/// How large the miners of a group are.
///
/// No table of hash rate by worker is public. What is known of concentration: in each of three
/// large pools at most 20 actors took more than half of all payouts (Romiti et al. 2019,
/// arXiv:1905.05999). Among 10,000 miners, a log-normal of sigma 2.88 or a Pareto of alpha 1.125
/// has that concentration; sigma 1 is a pool of professionals alike.
struct SizeConfig {
  SizeShape shape = SizeShape::kLognormal;
  double sigma = 1.0;                 // lognormal: standard deviation of ln(hash rate)
  double alpha = 1.5;                 // pareto: tail index; above 1, so that the mean exists
  double max_ths = kMaxMinerThs;      // larger draws become this
  std::vector<double> list_ths = {};  // list: miner i takes element i modulo its length
};

/// Options `size`, `sigma`, `alpha`, `max_ths`, `list_ths`, relative to the table around them.
void add_options(OptionTable& table, SizeConfig& config);

/// Hash rate in TH/s of the `index`-th miner of a group whose mean is `mean_ths` before the cap
/// (a list has its own mean). Draws from `rng` only as the shape needs.
double draw_hashrate_ths(const SizeConfig& config, double mean_ths, std::int64_t index, Rng& rng);

}  // namespace aicmp
