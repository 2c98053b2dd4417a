#include "sim/fleet/size_distribution.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

double draw_unbounded(const SizeConfig& config, double mean_ths, std::int64_t index, Rng& rng) {
  switch (config.shape) {
    case SizeShape::kFixed:
      return mean_ths;
    case SizeShape::kLognormal:
      return mean_ths * std::exp(config.sigma * (normal(rng) - 0.5 * config.sigma));
    case SizeShape::kPareto: {
      const double smallest = mean_ths * (config.alpha - 1.0) / config.alpha;
      return smallest * std::pow(1.0 - uniform(rng), -1.0 / config.alpha);
    }
    case SizeShape::kList:
      break;
  }
  return config.list_ths[static_cast<std::size_t>(index) % config.list_ths.size()];
}

}  // namespace

void add_options(OptionTable& table, SizeConfig& config) {
  const Limits miner = Limits::between(kMinMinerThs, kMaxMinerThs);
  table.add_choice("size", config.shape,
                   {{"fixed", SizeShape::kFixed},
                    {"lognormal", SizeShape::kLognormal},
                    {"pareto", SizeShape::kPareto},
                    {"list", SizeShape::kList}},
                   "Distribution of hash rate over the miners of the group.");
  table.add("sigma", config.sigma, "", Limits::between(0.0, 5.0),
            "Standard deviation of ln(hash rate), for size = lognormal. 2.88 puts half of the hash "
            "rate of 10,000 miners into 20 hands, as seen in large pools in 2019.");
  table.add("alpha", config.alpha, "", {.min = 1.0, .max = 100.0, .min_open = true},
            "Tail index for size = pareto; the nearer to 1, the more unequal.");
  table.add("max_ths", config.max_ths, "TH/s", miner,
            "Cap on the hash rate of one miner: larger draws become this, so that the mean falls.");
  table.add("list_ths", config.list_ths, "TH/s", miner,
            "Hash rates for size = list; miner i takes element i modulo the length.");
}

double draw_hashrate_ths(const SizeConfig& config, double mean_ths, std::int64_t index, Rng& rng) {
  return std::clamp(draw_unbounded(config, mean_ths, index, rng), kMinMinerThs, config.max_ths);
}

}  // namespace aicmp
