#include "sim/calibration/mempool_fit.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/calibration/minimum.hpp"
#include "sim/calibration/refit.hpp"
#include "sim/calibration/specs.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t kHeaderErrorS = 90;
constexpr std::int64_t kLongestSpanS = 900;
constexpr std::size_t kLeastDays = 7;
constexpr std::size_t kBins = std::size(kBinEdges);

using Days = std::map<std::int64_t, std::vector<MempoolArrival>>;

Days by_day(std::span<const MempoolArrival> arrivals) {
  Days days;
  for (const MempoolArrival& arrival : arrivals)
    days[arrival.unix_s / kSecondsPerDay].push_back(arrival);
  return days;
}

/// log(median) and scale of log-logistic bids with these amounts in the bins; the lowest bin also
/// holds what bids less.
struct Bids {
  double log_median;
  double scale;
};

Bids fit_bids(std::span<const double> amounts) {
  double total = 0.0;
  for (const double amount : amounts) total += std::max(amount, 0.0);
  const auto loss = [&](std::span<const double> x) {
    const double scale = std::exp(x[1]);
    double above = 1.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < kBins; ++i) {
      const double next =
          i + 1 < kBins ? 1.0 / (1.0 + std::exp((std::log(kBinEdges[i + 1]) - x[0]) / scale)) : 0.0;
      sum -= std::max(amounts[i], 0.0) / total * std::log(std::max(above - next, 1e-12));
      above = next;
    }
    return sum;
  };
  const std::vector<double> best = minimise(loss, {std::log(2.0), std::log(0.5)}, 0.3, 400);
  return {best[0], std::min(std::exp(best[1]), 0.95)};
}

std::vector<double> sum_bins(std::span<const MempoolArrival> arrivals) {
  std::vector<double> sums(kBins, 0.0);
  for (const MempoolArrival& arrival : arrivals) {
    for (std::size_t i = 0; i < arrival.vsize_by_bin.size(); ++i) {
      sums[i] += arrival.vsize_by_bin[i];
    }
  }
  return sums;
}

void fit_season(std::span<const MempoolArrival> arrivals, double rate, Seasonality& season) {
  const CivilTime civil(0);
  double seconds = 0.0;
  double cosine = 0.0;
  double sine = 0.0;
  double week = 0.0;
  for (const MempoolArrival& arrival : arrivals) {
    const Time t = Time::seconds(static_cast<double>(arrival.unix_s));
    const double swing = arrival.txs - rate * arrival.seconds;
    const double hour = kTurn * civil.day_fraction(t);
    seconds += arrival.seconds;
    cosine += swing * std::cos(hour);
    sine += swing * std::sin(hour);
    week += swing * std::cos(kTurn * (civil.week_fraction(t) - 2.5 / 7.0));
  }
  const double scale = 2.0 / (rate * seconds);
  season.daily_amplitude = std::min(0.6, scale * std::hypot(cosine, sine));
  season.peak_hour_utc = std::fmod(std::atan2(sine, cosine) / kTurn * 24.0 + 24.0, 24.0);
  season.weekly_amplitude = std::clamp(scale * week, 0.0, 0.3);
}

std::vector<double> values_of(const MempoolConfig& config) {
  return {config.tx_per_s,
          config.size_median_vb,
          config.season.daily_amplitude,
          config.season.peak_hour_utc,
          config.season.weekly_amplitude,
          config.intensity_sd_log,
          config.demand_persistence_per_day,
          config.bid_median_sat_per_vb,
          config.bid_scale_log,
          config.bid_sd_log};
}

std::vector<Property> fullness(std::vector<double> mvb) {
  const double memory = autocorrelation(mvb, 24);
  std::sort(mvb.begin(), mvb.end());
  return {{"median size of the mempool, MvB,", quantile(mvb, 0.5)},
          {"95 % quantile of its size, MvB,", quantile(mvb, 0.95)},
          {"autocorrelation of its size after a day", memory}};
}

std::vector<double> recorded_fullness(const Record& snapshots) {
  std::vector<double> mvb;
  std::int64_t hour = 0;
  for (std::size_t row = 0; row < snapshots.rows(); ++row) {
    const double vsize = snapshots.columns[kMempoolVsize][row];
    if (std::isnan(vsize) || snapshots.unix_s[row] / 3600 == hour) continue;
    hour = snapshots.unix_s[row] / 3600;
    mvb.push_back(vsize * 1e-6);
  }
  return mvb;
}

std::vector<double> draw_fullness(const MempoolConfig& config, std::int64_t start_unix_s,
                                  std::size_t hours, const WorldKey& key) {
  constexpr std::size_t kWarmUpHours = 72;
  Mempool mempool(config, key, start_unix_s, Time(), nullptr);
  Rng rng(key, StreamId::kBlockInterval);
  std::vector<double> mvb;
  Time block = Time::seconds(600.0 * exponential(rng));
  for (std::size_t hour = 1; hour <= hours + kWarmUpHours; ++hour) {
    const Time end = Time::hours(static_cast<double>(hour));
    while (block <= end) {
      mempool.advance(block);
      mempool.take_block();
      block += Time::seconds(600.0 * exponential(rng));
    }
    mempool.advance(end);
    if (hour > kWarmUpHours) mvb.push_back(mempool.vsize_mvb());
  }
  return mvb;
}

}  // namespace

std::vector<MempoolArrival> arrivals_of(const Record& snapshots,
                                        std::span<const HistoricBlock> blocks) {
  std::vector<std::int64_t> headers;
  for (const HistoricBlock& block : blocks) headers.push_back(block.header_unix_s);
  std::sort(headers.begin(), headers.end());
  const bool covered = !headers.empty() && headers.front() <= snapshots.unix_s.front() &&
                       headers.back() >= snapshots.unix_s.back();
  std::vector<MempoolArrival> arrivals;
  for (std::size_t row = 1; row < snapshots.rows(); ++row) {
    const std::int64_t from = snapshots.unix_s[row - 1];
    const std::int64_t to = snapshots.unix_s[row];
    if (to - from > kLongestSpanS) continue;
    if (covered) {
      const auto next = std::lower_bound(headers.begin(), headers.end(), from - kHeaderErrorS);
      if (next != headers.end() && *next <= to + kHeaderErrorS) continue;
    }
    const auto change = [&](std::size_t column) {
      return snapshots.columns[column][row] - snapshots.columns[column][row - 1];
    };
    MempoolArrival arrival;
    arrival.unix_s = from;
    arrival.seconds = static_cast<double>(to - from);
    arrival.txs = change(kMempoolTx);
    arrival.vsize_vb = change(kMempoolVsize);
    if (std::isnan(arrival.txs) || std::isnan(arrival.vsize_vb)) continue;
    if (!covered && arrival.vsize_vb <= 0.0) continue;
    if (snapshots.has(kFirstBin)) {
      for (std::size_t i = 0; i < kBins; ++i) arrival.vsize_by_bin.push_back(change(kFirstBin + i));
    }
    arrivals.push_back(std::move(arrival));
  }
  return arrivals;
}

void fit_arrivals(std::span<const MempoolArrival> arrivals, MempoolConfig& config) {
  double seconds = 0.0;
  double txs = 0.0;
  double vsize = 0.0;
  for (const MempoolArrival& arrival : arrivals) {
    seconds += arrival.seconds;
    txs += arrival.txs;
    vsize += arrival.vsize_vb;
  }
  config.tx_per_s = txs / seconds;
  config.size_median_vb =
      std::clamp(vsize / txs * std::exp(-0.5 * config.size_sd_log * config.size_sd_log), 60.0, 1e5);
  fit_season(arrivals, config.tx_per_s, config.season);

  std::vector<double> rates;
  std::vector<double> medians;
  const bool has_bins = !arrivals.front().vsize_by_bin.empty();
  if (has_bins) {
    const Bids bids = fit_bids(sum_bins(arrivals));
    config.bid_median_sat_per_vb = std::max(0.01, std::exp(bids.log_median));
    config.bid_scale_log = bids.scale;
  }
  for (const auto& [day, of_day] : by_day(arrivals)) {
    double day_seconds = 0.0;
    double day_txs = 0.0;
    for (const MempoolArrival& arrival : of_day) {
      day_seconds += arrival.seconds;
      day_txs += arrival.txs;
    }
    if (day_txs <= 0.0) continue;
    rates.push_back(std::log(day_txs / day_seconds));
    if (has_bins) medians.push_back(fit_bids(sum_bins(of_day)).log_median);
  }
  AICMP_ASSERT(rates.size() >= kLeastDays);
  Moments spread;
  for (const double rate : rates) spread.add(rate);
  config.intensity_sd_log = spread.standard_deviation();
  config.demand_persistence_per_day = std::clamp(autocorrelation(rates, 1), 0.0, 0.99);
  if (has_bins) {
    Moments moves;
    for (const double median : medians) moves.add(median);
    config.bid_sd_log = moves.standard_deviation();
  }
}

Fit fit_mempool(const Record& snapshots, std::span<const HistoricBlock> blocks,
                MempoolConfig& config, std::uint64_t seed) {
  for (const std::size_t needed : {kMempoolTx, kMempoolVsize}) {
    if (!snapshots.has(needed)) {
      throw ConfigError({snapshots.path, 1}, needed == kMempoolTx ? "mempool_tx" : "mempool_vsize",
                        "column is missing");
    }
  }
  const std::vector<MempoolArrival> arrivals = arrivals_of(snapshots, blocks);
  const Days days = by_day(arrivals);
  if (days.size() < kLeastDays) {
    throw ConfigError({snapshots.path, 0}, "",
                      fmt::format("{} days with arrivals are too few", days.size()),
                      fmt::format(">= {}", kLeastDays));
  }
  fit_arrivals(arrivals, config);

  constexpr int kResamples = 100;
  Rng rng({seed, 0, 0}, StreamId::kBootstrap);
  std::vector<const std::vector<MempoolArrival>*> pool;
  for (const auto& [day, of_day] : days) pool.push_back(&of_day);
  std::vector<Moments> spread(values_of(config).size());
  for (int resample = 0; resample < kResamples; ++resample) {
    std::vector<MempoolArrival> drawn;
    for (std::size_t i = 0; i < pool.size(); ++i) {
      const auto pick = static_cast<std::size_t>(uniform(rng) * static_cast<double>(pool.size()));
      // Renumbered so that a day drawn twice counts twice, its weekday kept.
      for (MempoolArrival arrival : *pool[pick]) {
        const auto weeks = static_cast<std::int64_t>(i) * 7 * kSecondsPerDay;
        arrival.unix_s = arrival.unix_s % (7 * kSecondsPerDay) + weeks;
        drawn.push_back(std::move(arrival));
      }
    }
    MempoolConfig again = config;
    fit_arrivals(drawn, again);
    const std::vector<double> values = values_of(again);
    for (std::size_t i = 0; i < values.size(); ++i) spread[i].add(values[i]);
  }
  const std::vector<double> values = values_of(config);
  const bool has_bins = !arrivals.front().vsize_by_bin.empty();
  Fit fit;
  fit.process = "mempool";
  const auto add = [&](std::size_t i, const char* key, const char* what, const char* unit) {
    fit.estimates.push_back({std::string("market.mempool.") + key, what, values[i],
                             spread[i].standard_deviation(), unit});
  };
  add(0, "tx_per_s", "arrivals", "1/s");
  add(1, "size_median_vb", "median size", "vB");
  add(2, "season.daily_amplitude", "daily swing", "");
  add(3, "season.peak_hour_utc", "its peak", "h UTC");
  add(4, "season.weekly_amplitude", "weekly swing", "");
  add(5, "intensity_sd_log", "spread of daily arrivals", "");
  // Resampled days have lost their order; for white noise the error is 1 / sqrt(n).
  fit.estimates.push_back({"market.mempool.demand_persistence_per_day", "memory of a day",
                           values[6], 1.0 / std::sqrt(static_cast<double>(days.size())), ""});
  if (has_bins) {
    add(7, "bid_median_sat_per_vb", "median bid", "sat/vB");
    add(8, "bid_scale_log", "spread of bids", "");
    add(9, "bid_sd_log", "moves of the median bid", "");
  } else {
    fit.warnings.push_back("without columns vsize_1_2 and so on bids keep their defaults");
  }

  constexpr std::uint32_t kDraws = 40;
  const std::vector<double> recorded = recorded_fullness(snapshots);
  std::vector<std::vector<Property>> drawn;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    drawn.push_back(
        fullness(draw_fullness(config, snapshots.unix_s.front(), recorded.size(), {seed, i, 0})));
  }
  fit.checks = check_properties(fullness(recorded), drawn);
  for (std::string& miss : misses("the model", fit.checks)) fit.warnings.push_back(std::move(miss));
  return fit;
}

}  // namespace aicmp
