#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aicmp {

/// Recorded energy prices, one a step, of which the first rows are to train with and the others
/// held out.
struct PriceRecord {
  double step_hours = 1.0;
  std::vector<double> prices;    // USD/MWh
  std::vector<float> hour;       // of the day, UTC
  std::vector<double> day_mean;  // of the last 24 hours
  std::size_t held_out = 0;      // first row of split 1

  bool empty() const { return prices.empty(); }
};

/// A CSV as in sim/market/history.hpp. `held_out_from` is a day, YYYY-MM-DD; `episode_steps` must
/// fit into both parts. Throws ConfigError or IoError.
PriceRecord read_price_record(const std::string& path, const std::string& column,
                              const std::string& held_out_from, std::int64_t episode_steps);

}  // namespace aicmp
