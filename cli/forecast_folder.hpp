#pragma once

#include <vector>

#include "sim/experiment/run_folder.hpp"
#include "sim/forecast/evaluation.hpp"

namespace aicmp {

/// Writes an evaluation for `aicmp report`: forecast.json, and forecasts.csv with the last
/// forecasts of whoever is used beside what came.
void write_forecasts(RunFolder& folder, const std::vector<Comparison>& comparisons);

}  // namespace aicmp
