#pragma once

#include "sim/fleet/plant.hpp"

namespace aicmp {

/// What the machines of a site did between two control points.
struct Plant::Tally {
  double energy_j = 0.0;
  double hashes_th = 0.0;
  double energy_usd = 0.0;
  double revenue_usd = 0.0;
  double up_s = 0.0;
  double throttled_s = 0.0;
  double hot_s = 0.0;
  double faulty_s = 0.0;
};

}  // namespace aicmp
