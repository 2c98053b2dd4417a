#pragma once

#include <string>
#include <vector>

#include "sim/experiment/run_folder.hpp"
#include "sim/forecast/evaluation.hpp"

namespace aicmp {

/// Writes an evaluation into a new or empty folder, for `aicmp report`: forecast.json, and
/// forecasts.csv with the last forecasts of whoever is used beside what came. Throws as RunFolder.
void write_forecast_folder(const std::string& path, bool force, const RunFacts& facts,
                           const std::vector<Comparison>& comparisons);

}  // namespace aicmp
