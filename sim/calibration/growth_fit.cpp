#include "sim/calibration/growth_fit.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/calibration/refit.hpp"

namespace aicmp {
namespace {

// Day j of a period, from 0, has taken j / 14 of its step: 6.5 / 14 on average.
constexpr double kOfNext = 6.5 / 14.0;
constexpr double kOfThis = 1.0 - kOfNext;
constexpr double kRewardBtc = 3.125;

std::vector<Property> growth_properties(const GrowthRecord& record) {
  const std::vector<double> growth = growth_steps(record);
  Moments moments;
  for (const double step : growth) moments.add(step);
  return {{"mean step of log hash rate", moments.mean()},
          {"sd of steps of log hash rate", moments.standard_deviation()},
          {"autocorrelation of steps of log hash rate", autocorrelation(growth, 1)},
          {"largest fall of log hash rate", *std::min_element(growth.begin(), growth.end())},
          {"largest rise of log hash rate", *std::max_element(growth.begin(), growth.end())}};
}

}  // namespace

std::vector<double> growth_steps(const GrowthRecord& record) {
  std::vector<double> result;
  for (std::size_t n = 1; n < record.log_hash_rate.size(); ++n) {
    result.push_back(record.log_hash_rate[n] - record.log_hash_rate[n - 1]);
  }
  return result;
}

void fit_reaction(const GrowthRecord& record, HashPriceReaction& reaction) {
  const std::size_t periods = record.log_hash_rate.size();
  AICMP_ASSERT(periods >= kLeastGrowthPeriods);
  std::vector<double> sorted(record.hash_price_usd_per_phs_day);
  std::sort(sorted.begin(), sorted.end());
  reaction.reference_usd_per_phs_day = quantile(sorted, 0.5);
  reaction.lag_periods = 1;

  // Decision n sees the period before; step n spans decisions n and n + 1.
  const auto pull = [&](std::size_t n) {
    return std::log(record.hash_price_usd_per_phs_day[n - 1] / reaction.reference_usd_per_phs_day);
  };
  const auto change = [&](std::size_t n) {
    return std::log(record.price_usd[n - 1] / record.price_usd[n - 2]);
  };
  const std::size_t first = 2;
  const auto rows = static_cast<Eigen::Index>(periods - 1 - first);
  Eigen::MatrixXd design(rows, 3);
  Eigen::VectorXd response(rows);
  for (Eigen::Index row = 0; row < rows; ++row) {
    const std::size_t n = first + static_cast<std::size_t>(row);
    design(row, 0) = 1.0;
    design(row, 1) = kOfThis * pull(n) + kOfNext * pull(n + 1);
    design(row, 2) = kOfThis * change(n) + kOfNext * change(n + 1);
    response(row) = record.log_hash_rate[n + 1] - record.log_hash_rate[n];
  }
  const Eigen::VectorXd fitted = design.colPivHouseholderQr().solve(response);
  const Eigen::VectorXd residual = response - design * fitted;
  const Eigen::Index tail = rows - 1;
  const double long_run =
      (residual.squaredNorm() + 2.0 * residual.head(tail).dot(residual.tail(tail))) /
      static_cast<double>(rows - 3);
  reaction.growth = fitted(0);
  reaction.pull = fitted(1);
  reaction.price_elasticity = fitted(2);
  reaction.noise_sd = std::sqrt(std::max(long_run, 0.0));
}

GrowthRecord draw_growth(const GrowthRecord& record, const HashPriceReaction& reaction,
                         const WorldKey& key) {
  GrowthConfig config;
  config.model = GrowthModel::kHashPrice;
  config.reaction = reaction;
  const double initial = std::exp(record.log_hash_rate.front());
  const auto growth = make_hash_growth(config, initial, 0, key);
  Rng luck(key, StreamId::kBlockInterval);

  GrowthRecord drawn;
  drawn.price_usd = record.price_usd;
  drawn.blocks_per_period = record.blocks_per_period;
  // The difficulty of a period follows from the hash rate before it; scaled so that the hash price
  // begins where the record's does.
  const double scale =
      record.hash_price_usd_per_phs_day.front() * initial / (record.price_usd.front() * kRewardBtc);
  double difficulty = initial;
  for (const double price : record.price_usd) {
    const double hash_price = scale * price * kRewardBtc / difficulty;
    drawn.hash_price_usd_per_phs_day.push_back(hash_price);
    double sum = 0.0;
    for (std::size_t day = 0; day < kGrowthPeriodDays; ++day) {
      growth->advance({price, hash_price});
      sum += std::log(growth->hashes_per_s());
    }
    const double mean_log = sum / static_cast<double>(kGrowthPeriodDays);
    drawn.log_hash_rate.push_back(mean_log + normal(luck) / std::sqrt(record.blocks_per_period));
    difficulty = std::exp(mean_log);
  }
  return drawn;
}

Fit fit_growth(const GrowthRecord& record, HashPriceReaction& reaction, std::uint64_t seed) {
  fit_reaction(record, reaction);
  RefitPlan<GrowthRecord> plan;
  plan.fits = 200;
  plan.draw = [&](const WorldKey& key) { return draw_growth(record, reaction, key); };
  plan.fit = [](const GrowthRecord& drawn) {
    HashPriceReaction again;
    fit_reaction(drawn, again);
    return std::vector<double>{again.growth, again.pull, again.price_elasticity, again.noise_sd};
  };
  plan.properties = growth_properties;
  const Refits refits = refit(record, plan, seed);
  const auto error = [&](std::size_t i) { return refits.parameters[i].standard_deviation(); };
  const std::string key = "network.growth.reaction.";

  Fit fit;
  fit.process = "network growth per 14 days";
  fit.estimates = {
      {key + "growth", "growth at the reference", reaction.growth, error(0), ""},
      {key + "pull", "reaction to hash price", reaction.pull, error(1), ""},
      {key + "price_elasticity", "reaction to price", reaction.price_elasticity, error(2), ""},
      {key + "noise_sd", "noise", reaction.noise_sd, error(3), ""},
      {key + "reference_usd_per_phs_day", "reference hash price",
       reaction.reference_usd_per_phs_day, 0.0, "USD/PH/s/day"}};
  fit.checks = refits.checks;
  fit.warnings = misses("the model", refits.checks);
  for (std::size_t i : {1, 2}) {
    const Estimate& estimate = fit.estimates[i];
    if (std::abs(estimate.value) < 1.96 * estimate.standard_error) {
      fit.warnings.push_back(
          fmt::format("the {} cannot be told from none: {:.3f}, standard error {:.3f}",
                      estimate.what, estimate.value, estimate.standard_error));
    }
  }
  if (reaction.pull < 0.0) {
    fit.warnings.push_back(fmt::format(
        "a negative reaction to hash price ({:.3f}) runs away and is written as 0", reaction.pull));
    reaction.pull = fit.estimates[1].value = 0.0;
  }
  return fit;
}

}  // namespace aicmp
