#include "sim/calibration/held_out.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/calibration/price_fit.hpp"
#include "sim/calibration/refit.hpp"

namespace aicmp {
namespace {

constexpr std::uint32_t kHeldOutDraws = 200;

using Series = std::vector<double>;

std::size_t split(std::size_t size, double part) {
  return size - static_cast<std::size_t>(part * static_cast<double>(size));
}

std::vector<Property> series_properties(const Series& series) {
  Series sorted(series);
  std::sort(sorted.begin(), sorted.end());
  Moments moments;
  for (const double value : series) moments.add(value);
  return {{"standard deviation", moments.standard_deviation()},
          {"5 % quantile", quantile(sorted, 0.05)},
          {"median", quantile(sorted, 0.5)},
          {"95 % quantile", quantile(sorted, 0.95)},
          {"autocorrelation at lag 1", autocorrelation(series, 1)}};
}

Fit check(const std::string& process, const Series& came,
          const std::function<Series(const WorldKey&)>& draw, std::uint64_t seed) {
  std::vector<std::vector<Property>> drawn;
  for (std::uint32_t i = 0; i < kHeldOutDraws; ++i)
    drawn.push_back(series_properties(draw({seed, i, 0})));
  Fit fit;
  fit.process = process;
  fit.source = fmt::format("the last {} values, the model fitted to those before", came.size());
  fit.checks = check_properties(series_properties(came), drawn);
  fit.warnings = misses("the model", fit.checks);
  return fit;
}

Series known_logs(const DailyFees& days) {
  Series logs;
  for (const double day : days) {
    if (day > 0.0) logs.push_back(std::log(day));
  }
  return logs;
}

GrowthRecord cut(const GrowthRecord& record, std::size_t from, std::size_t to) {
  const auto piece = [&](const Series& series) {
    return Series(series.begin() + static_cast<std::ptrdiff_t>(from),
                  series.begin() + static_cast<std::ptrdiff_t>(to));
  };
  GrowthRecord part;
  part.log_hash_rate = piece(record.log_hash_rate);
  part.price_usd = piece(record.price_usd);
  part.hash_price_usd_per_phs_day = piece(record.hash_price_usd_per_phs_day);
  part.blocks_per_period = record.blocks_per_period;
  return part;
}

}  // namespace

Fit held_out_prices(std::span<const double> daily, PriceModel model, double part,
                    std::uint64_t seed) {
  const std::size_t first = split(daily.size(), part);
  PriceConfig config;
  fit_price(daily.first(first), model, config, seed);
  const auto days = static_cast<std::int64_t>(daily.size() - first);
  return check(
      "held out: daily returns",
      Series(daily.begin() + static_cast<std::ptrdiff_t>(first), daily.end()),
      [&](const WorldKey& key) { return draw_daily_returns(config, days, key); }, seed);
}

Fit held_out_fees(const DailyFees& days, double part, std::uint64_t seed) {
  const auto first = static_cast<std::ptrdiff_t>(split(days.size(), part));
  StatisticalFeeConfig config;
  fit_fees(DailyFees(days.begin(), days.begin() + first), config, seed);
  const DailyFees came(days.begin() + first, days.end());
  return check(
      "held out: log daily fees of a block", known_logs(came),
      [&](const WorldKey& key) { return known_logs(draw_daily_fees(config, came, key)); }, seed);
}

Fit held_out_retargets(const GrowthRecord& record, double part, std::uint64_t seed) {
  const std::size_t size = record.log_hash_rate.size();
  const std::size_t first = split(size, part);
  HashPriceReaction reaction;
  fit_reaction(cut(record, 0, first), reaction);
  reaction.pull = std::max(reaction.pull, 0.0);
  const GrowthRecord came = cut(record, first, size);
  return check(
      "held out: log changes of the hash rate over 14 days", growth_steps(came),
      [&](const WorldKey& key) { return growth_steps(draw_growth(came, reaction, key)); }, seed);
}

}  // namespace aicmp
