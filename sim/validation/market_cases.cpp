#include <fmt/format.h>

#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

constexpr double kYears = 0.5;

/// Log returns of half a year, by world.
std::vector<double> log_returns(const Effort& effort, const PriceConfig& price) {
  BareScenario bare;
  bare.mean_interval_s = 86400.0 * 365.0;
  bare.blocks = kYears;
  bare.fidelity = Fidelity::kFlow;
  Scenario scenario = bare.build();
  scenario.price = price;
  return finished_worlds(scenario, effort, effort.worlds(10'000), [&](const World& world) {
    return std::log(world.price_usd() / price.initial_usd);
  });
}

void add_rows(std::vector<Row>& rows, const std::string& model, const Effort& effort,
              const PriceConfig& price, const closed_form::LogReturn& expected) {
  const auto returns = log_returns(effort, price);
  const std::string id = "23." + model;
  rows.push_back(
      mean_row({id + "-mean", model + ": mean log return of half a year", expected.mean}, returns));
  rows.push_back(
      variance_row({id + "-variance", model + ": its variance", expected.variance}, returns));
}

std::vector<Row> prices(const Effort& effort) {
  std::vector<Row> rows;
  PriceConfig price;
  price.step_hours = 24.0;
  price.drift_per_year = 0.2;
  price.model = PriceModel::kGbm;
  add_rows(rows, "gbm", effort, price,
           closed_form::brownian_return(price.drift_per_year, price.volatility_per_year, kYears));
  price.model = PriceModel::kMerton;
  add_rows(rows, "merton", effort, price,
           closed_form::merton_return(price.drift_per_year, price.volatility_per_year,
                                      price.merton.jumps_per_year, price.merton.jump_mean_log,
                                      price.merton.jump_sd_log, kYears));
  price.model = PriceModel::kHeston;
  const PriceConfig::Heston& h = price.heston;
  add_rows(rows, "heston", effort, price,
           closed_form::heston_return(price.drift_per_year, h.reversion_per_year,
                                      h.mean_variance_per_year, h.volatility_of_variance_per_year,
                                      h.correlation, kYears));
  return rows;
}

}  // namespace

std::vector<Case> market_cases() {
  return {{"23", "price processes", prices}};
}

}  // namespace aicmp
