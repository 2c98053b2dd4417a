#include "sim/calibration/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/samples.hpp"
#include "sim/calibration/block_fit.hpp"
#include "sim/calibration/energy_fit.hpp"
#include "sim/calibration/fee_fit.hpp"
#include "sim/calibration/growth_fit.hpp"
#include "sim/calibration/held_out.hpp"
#include "sim/calibration/mempool_fit.hpp"
#include "sim/calibration/price_fit.hpp"
#include "sim/calibration/record.hpp"
#include "sim/calibration/specs.hpp"
#include "sim/chain/target.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kLeastFeeDays = 100;
constexpr std::size_t kLeastHeldOut = 30;

std::string span_text(const Record& record) {
  return fmt::format("{}, {} to {}", record.path.substr(record.path.find_last_of('/') + 1),
                     show_date(record.unix_s.front()), show_date(record.unix_s.back()));
}

/// A daily history on a calendar without holes: unknown days are NaN.
struct Calendar {
  explicit Calendar(const Record& record)
      : days(static_cast<std::size_t>((record.unix_s.back() - record.unix_s.front()) /
                                      kSecondsPerDay) +
             1) {
    columns.assign(kDailyColumns, std::vector<double>(days, kMissing));
    for (std::size_t row = 0; row < record.rows(); ++row) {
      const auto day =
          static_cast<std::size_t>((record.unix_s[row] - record.unix_s[0]) / kSecondsPerDay);
      for (std::size_t c = 0; c < kDailyColumns; ++c) {
        if (record.has(c)) columns[c][day] = record.columns[c][row];
      }
    }
  }

  std::size_t days;
  std::vector<std::vector<double>> columns;
};

/// Where hash rate, difficulty and block count are all there, one follows from the others.
void check_hash_rate(const Record& record, const Calendar& calendar) {
  std::vector<double> ratios;
  for (std::size_t d = 0; d < calendar.days; ++d) {
    const double implied = calendar.columns[kBlockCount][d] * calendar.columns[kDifficulty][d] *
                           kHashesPerWork / kSecondsPerDay * 1e-18;
    const double ratio = calendar.columns[kHashRateEhs][d] / implied;
    if (std::isfinite(ratio)) ratios.push_back(ratio);
  }
  if (ratios.empty()) return;
  std::sort(ratios.begin(), ratios.end());
  const double ratio = quantile(ratios, 0.5);
  if (ratio > 0.95 && ratio < 1.05) return;
  throw ConfigError({record.path, 1}, "hash rate",
                    fmt::format("is {:.4g} times what blocks and difficulty imply; is one of the "
                                "three in another unit?",
                                ratio),
                    "0.95 to 1.05 times");
}

/// The longest stretch of a history in which every 14 days are known.
struct GrowthStretch {
  GrowthRecord record;
  std::size_t without_fees = 0;  // periods whose first day has none
  std::size_t last_day = 0;      // since the first day of the history
};

GrowthStretch longest_growth(const Calendar& calendar) {
  const auto& columns = calendar.columns;
  GrowthStretch present;
  GrowthStretch longest;
  for (std::size_t first = 0; first + kGrowthPeriodDays <= calendar.days;
       first += kGrowthPeriodDays) {
    double sum = 0.0;
    for (std::size_t d = first; d < first + kGrowthPeriodDays; ++d) {
      sum += columns[kHashRateEhs][d];
    }
    const double mean_ehs = sum / static_cast<double>(kGrowthPeriodDays);
    const double fees = columns[kFeesBtc][first];
    const double difficulty = columns[kDifficulty][first];
    // By difficulty where it is known: the hash rate of a day is luck for a tenth.
    const double ehs = difficulty > 0.0 ? difficulty * kHashesPerWork / 600.0 * 1e-18 : mean_ehs;
    const double issued = difficulty > 0.0
                              ? columns[kIssuanceBtc][first] / columns[kBlockCount][first] * 144.0
                              : columns[kIssuanceBtc][first];
    const double reward = issued + (std::isnan(fees) ? 0.0 : fees);
    const double price = columns[kPriceUsd][first];
    const double hash_price = price * reward / (ehs * 1e3);
    if (!std::isfinite(std::log(mean_ehs)) || !std::isfinite(std::log(hash_price))) {
      present = GrowthStretch();
      continue;
    }
    present.record.log_hash_rate.push_back(std::log(mean_ehs * 1e18));
    present.record.price_usd.push_back(price);
    present.record.hash_price_usd_per_phs_day.push_back(hash_price);
    present.without_fees += std::isnan(fees) ? 1 : 0;
    present.last_day = first + kGrowthPeriodDays - 1;
    if (present.record.price_usd.size() > longest.record.price_usd.size()) longest = present;
  }
  return longest;
}

class Calibrator {
 public:
  explicit Calibrator(const CalibrationInput& input) : input_(input) {}

  Calibration run() {
    if (!input_.daily.empty()) fit_daily();
    if (!input_.blocks.empty()) read_blocks();
    if (!input_.arrivals.empty()) fit_arrival_times();
    if (blocks_) fit_blocks();
    if (!input_.stale.empty()) fit_stale();
    if (!input_.mempool.empty()) fit_mempool_file();
    if (!input_.energy.empty()) fit_energy_file();
    return std::move(result_);
  }

 private:
  void note(const Record& record) {
    result_.notes.insert(result_.notes.end(), record.notes.begin(), record.notes.end());
  }

  void set(std::string key, std::string toml, std::string comment = "") {
    result_.settings.push_back({std::move(key), std::move(toml), std::move(comment)});
  }

  /// Writes every estimate that an option holds.
  void keep(Fit fit) {
    for (const Estimate& estimate : fit.estimates) {
      if (estimate.key.empty()) continue;
      const bool list = estimate.key.ends_with("regime_median_btc");
      std::string value = fmt::format("{:.5g}", estimate.value);
      if (value.find_first_of(".e") == std::string::npos) value += ".0";
      set(estimate.key, list ? "[" + value + "]" : value,
          estimate.standard_error > 0.0 ? fmt::format("± {:.2g}", estimate.standard_error) : "");
    }
    result_.fits.push_back(std::move(fit));
  }

  void fit_daily() {
    const Record record =
        read_record(input_.daily, daily_spec(), input_.now_unix_s, input_.since_unix_s);
    note(record);
    const Calendar calendar(record);
    check_hash_rate(record, calendar);
    fit_price_of(record, calendar);
    fit_growth_of(record, calendar);
    fit_fees_of(record, calendar);
  }

  void fit_price_of(const Record& record, const Calendar& calendar) {
    returns_.assign(calendar.days, kMissing);
    std::vector<double> known;
    const std::vector<double>& price = calendar.columns[kPriceUsd];
    for (std::size_t d = 1; d < calendar.days; ++d) {
      returns_[d] = std::log(price[d] / price[d - 1]);
      if (!std::isnan(returns_[d])) known.push_back(returns_[d]);
    }
    if (known.size() < kLeastFeeDays) {
      skip(record, "price", fmt::format("{} daily returns", known.size()), kLeastFeeDays);
      return;
    }
    PriceConfig config;
    PriceFits prices = fit_prices(known, config, input_.seed);
    const double last = *std::find_if(price.rbegin(), price.rend(),
                                      [](double value) { return !std::isnan(value); });
    set("market.price.model", fmt::format("\"{}\"", prices.name), "fewest misses of four");
    set("market.price.initial_usd", fmt::format("{:.2f}", last),
        fmt::format("at {}", show_date(record.unix_s.back())));
    for (std::size_t i = 0; i < prices.fits.size(); ++i) {
      Fit& fit = prices.fits[i];
      fit.source = fmt::format("{}, {} daily returns", span_text(record), known.size());
      if (i == prices.best) {
        keep(std::move(fit));
      } else {
        result_.fits.push_back(std::move(fit));
      }
    }
    if (rest_of(known.size()) >= kLeastFeeDays) {
      result_.fits.push_back(held_out_prices(known, config.model, input_.hold_out, input_.seed));
    }
  }

  void fit_growth_of(const Record& record, const Calendar& calendar) {
    const GrowthStretch longest = longest_growth(calendar);
    const std::size_t periods = longest.record.price_usd.size();
    if (periods < kLeastGrowthPeriods) {
      skip(record, "growth",
           fmt::format("{} periods of 14 days with hash rate, price and issuance", periods),
           kLeastGrowthPeriods);
      return;
    }
    HashPriceReaction reaction;
    Fit fit = fit_growth(longest.record, reaction, input_.seed);
    fit.source = fmt::format("{}, {} periods", span_text(record), periods);
    if (longest.without_fees > 0) {
      fit.warnings.push_back(fmt::format(
          "{} periods begin without fees: their hash price is that of the subsidy alone",
          longest.without_fees));
    }
    set("network.hash_rate_ehs",
        fmt::format("{:.1f}", std::exp(longest.record.log_hash_rate.back()) * 1e-18),
        fmt::format("mean of 14 days to {}, our pool included",
                    show_date(record.unix_s.front() +
                              static_cast<std::int64_t>(longest.last_day) * kSecondsPerDay)));
    const double difficulty = calendar.columns[kDifficulty].back();
    if (difficulty > 0.0) {
      set("network.start_nbits", fmt::format("\"{:08x}\"", compact_from_difficulty(difficulty)),
          fmt::format("difficulty of {}", show_date(record.unix_s.back())));
    }
    set("network.growth.model", "\"hash_price\"");
    keep(std::move(fit));
    if (rest_of(periods) >= kLeastGrowthPeriods) {
      result_.fits.push_back(held_out_retargets(longest.record, input_.hold_out, input_.seed));
    }
  }

  void fit_fees_of(const Record& record, const Calendar& calendar) {
    DailyFees days(calendar.days, kMissing);
    std::size_t known = 0;
    for (std::size_t d = 0; d < calendar.days; ++d) {
      const double fees = calendar.columns[kFeesBtc][d] / calendar.columns[kBlockCount][d];
      if (!(fees > 0.0) || !std::isfinite(fees)) continue;
      days[d] = fees;
      ++known;
    }
    if (known < kLeastFeeDays) {
      skip(record, "fees", fmt::format("{} days with fees and block counts", known), kLeastFeeDays);
      return;
    }
    StatisticalFeeConfig config;
    Fit fit = fit_fees(days, config, input_.seed);
    fit.source = fmt::format("{}, {} days", span_text(record), known);
    set("market.fees.model", "\"statistical\"");
    keep(std::move(fit));
    Fit correlation = fit_fee_correlation(days, returns_, config);
    correlation.source = fmt::format("{}, {} days", span_text(record), known);
    keep(std::move(correlation));
    const std::size_t first = rest_of(days.size());
    const auto known_in = [&](std::size_t from, std::size_t to) {
      return static_cast<std::size_t>(
          std::count_if(days.begin() + static_cast<std::ptrdiff_t>(from),
                        days.begin() + static_cast<std::ptrdiff_t>(to),
                        [](double day) { return !std::isnan(day); }));
    };
    if (first > 0 && known_in(0, first) >= kLeastFeeDays &&
        known_in(first, days.size()) >= kLeastHeldOut) {
      result_.fits.push_back(held_out_fees(days, input_.hold_out, input_.seed));
    }
  }

  /// How much of a record is left to fit once the last part of it is held out; 0: nothing is.
  std::size_t rest_of(std::size_t size) const {
    if (input_.hold_out <= 0.0) return 0;
    return size - static_cast<std::size_t>(input_.hold_out * static_cast<double>(size));
  }

  void read_blocks() {
    const BlockHistory all(input_.blocks);
    const HistoricBlock& last = all.blocks().back();
    if (last.header_unix_s > input_.now_unix_s + 7200) {
      throw ConfigError({input_.blocks, 0}, "time",
                        fmt::format("block {} lies in the future", last.height));
    }
    blocks_.emplace(all);
  }

  void fit_arrival_times() {
    const CsvFile arrivals(input_.arrivals);
    const std::vector<double> lags = read_header_lags(arrivals);
    Fit fit = fit_header_clock(lags, header_time_, input_.seed);
    fit.source =
        fmt::format("{}, {} blocks", input_.arrivals.substr(input_.arrivals.find_last_of('/') + 1),
                    lags.size());
    keep(std::move(fit));
  }

  void fit_blocks() {
    Fit fit = check_block_intervals(*blocks_, header_time_, input_.seed);
    if (input_.arrivals.empty()) {
      fit.warnings.push_back(
          "intervals hardly show the noise of header times, whose variance is a thousandth of "
          "theirs: without --arrivals it keeps its defaults");
    }
    result_.fits.push_back(std::move(fit));
    const std::size_t epochs = whole_epochs(*blocks_);
    const std::size_t rest = rest_of(epochs);
    if (rest >= kLeastHeldOutEpochs && epochs - rest >= kLeastHeldOutEpochs) {
      result_.fits.push_back(
          held_out_intervals(*blocks_, header_time_, input_.hold_out, input_.seed));
    }
  }

  void fit_stale() {
    const CsvFile stale(input_.stale);
    double delay_s = 0.0;
    keep(fit_propagation(stale, blocks_ ? blocks_->blocks() : std::span<const HistoricBlock>(),
                         delay_s));
  }

  void fit_mempool_file() {
    const Record record = read_record(input_.mempool, mempool_spec(), input_.now_unix_s);
    note(record);
    MempoolConfig config;
    Fit fit = fit_mempool(record, blocks_ ? blocks_->blocks() : std::span<const HistoricBlock>(),
                          config, input_.seed);
    fit.source = fmt::format("{}, {} snapshots", span_text(record), record.rows());
    keep(std::move(fit));
  }

  void fit_energy_file() {
    const Record record =
        read_record(input_.energy, energy_spec(input_.energy_utc_offset_hours), input_.now_unix_s);
    note(record);
    if (!record.has(0)) {
      throw ConfigError({record.path, 1}, "usd_per_mwh", "column is missing",
                        "usd_per_mwh, price_usd_mwh, rt_spp_mean_usd_mwh, rt_spp_usd_mwh, "
                        "da_spp_usd_mwh, rtm_usd_mwh, dam_usd_mwh");
    }
    std::vector<std::int64_t> spacings;
    for (std::size_t row = 1; row < record.rows(); ++row) {
      spacings.push_back(record.unix_s[row] - record.unix_s[row - 1]);
    }
    std::sort(spacings.begin(), spacings.end());
    const std::int64_t step_s = spacings[spacings.size() / 2];
    EnergyRecord energy;
    energy.step_hours = static_cast<double>(step_s) / 3600.0;
    energy.start_unix_s =
        record.unix_s.front() + std::llround(input_.energy_utc_offset_hours * 3600.0);
    energy.usd_per_mwh.assign(
        static_cast<std::size_t>((record.unix_s.back() - record.unix_s.front()) / step_s) + 1,
        kMissing);
    for (std::size_t row = 0; row < record.rows(); ++row) {
      energy.usd_per_mwh[static_cast<std::size_t>((record.unix_s[row] - record.unix_s.front()) /
                                                  step_s)] = record.columns[0][row];
    }
    EnergyConfig config;
    Fit fit = fit_energy(energy, config.market, input_.seed);
    fit.source = fmt::format("{}, {} prices", span_text(record), record.rows());
    set("energy.model", "\"market\"");
    set("energy.utc_offset_hours", fmt::format("{:.1f}", input_.energy_utc_offset_hours));
    set("energy.market.step_minutes", fmt::format("{:.1f}", config.market.step_minutes));
    keep(std::move(fit));
  }

  void skip(const Record& record, const char* what, const std::string& found, std::size_t needed) {
    result_.notes.push_back(
        fmt::format("{}: {} is not fitted: {}, {} are needed", record.path, what, found, needed));
  }

  const CalibrationInput& input_;
  Calibration result_;
  std::vector<double> returns_;
  std::optional<BlockHistory> blocks_;
  HeaderTimeConfig header_time_;
};

}  // namespace

Calibration calibrate(const CalibrationInput& input) {
  if ((input.daily + input.blocks + input.mempool + input.energy + input.arrivals).empty()) {
    throw ConfigError({}, "", "there is nothing to calibrate from",
                      "--daily, --blocks, --arrivals, --mempool, --energy");
  }
  return Calibrator(input).run();
}

}  // namespace aicmp
