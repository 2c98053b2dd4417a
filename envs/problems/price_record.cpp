#include "envs/problems/price_record.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/history.hpp"

namespace aicmp {

PriceRecord read_price_record(const std::string& path, const std::string& column,
                              const std::string& held_out_from, std::int64_t episode_steps) {
  const auto boundary = parse_date(held_out_from);
  if (!boundary) {
    throw ConfigError({}, "held_out_from", fmt::format("\"{}\"", held_out_from),
                      "a date YYYY-MM-DD");
  }
  const History history = read_history({.path = path, .column = column});
  PriceRecord record;
  record.step_hours = static_cast<double>(history.spacing_s) / 3600.0;
  const auto day = static_cast<std::size_t>(std::lround(24.0 / record.step_hours));
  record.prices = history.values;
  double sum = 0.0;
  for (std::size_t i = 0; i < history.values.size(); ++i) {
    sum += history.values[i] - (i >= day ? history.values[i - day] : 0.0);
    record.day_mean.push_back(sum / static_cast<double>(std::min(i + 1, day)));
    record.hour.push_back(static_cast<float>(history.unix_s[i] % 86400) / 3600.0f);
    if (history.unix_s[i] < *boundary) record.held_out = i + 1;
  }
  const std::size_t shorter = std::min(record.held_out, record.prices.size() - record.held_out);
  if (static_cast<std::int64_t>(shorter) <= episode_steps) {
    throw ConfigError({}, "steps",
                      fmt::format("an episode of {} steps does not fit into {} recorded ones",
                                  episode_steps, shorter),
                      "fewer steps, or another held_out_from");
  }
  return record;
}

}  // namespace aicmp
