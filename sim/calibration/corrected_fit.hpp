#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "sim/calibration/refit.hpp"

namespace aicmp {

/// A parameter of a process that a quick estimator finds with a bias.
template <typename Config>
struct Parameter {
  const char* key;
  const char* what;
  const char* unit;
  double& (*of)(Config&);
  double low;
  double high;
  bool is_scale;  // positive; its bias is a factor, not a shift
};

/// How a process is fitted, drawn and described.
template <typename Config, typename Series>
struct Process {
  std::string name;
  std::string key_prefix;
  std::vector<Parameter<Config>> parameters;
  std::function<void(const Series&, Config&)> fit;
  std::function<Series(const Config&, const WorldKey&)> draw;
  std::function<std::vector<Property>(const Series&)> properties;
  int fits = 40;
  int draws = 200;
};

/// Fits `config`, takes off the bias that refits of drawn series show (bootstrap bias correction,
/// Efron and Tibshirani 1993, ch. 10; twice, as the bias belongs to the parameters at which it is
/// measured), and states standard errors and checks at the result.
template <typename Config, typename Series>
Fit fit_corrected(const Series& recorded, const Process<Config, Series>& process, Config& config,
                  std::uint64_t seed) {
  process.fit(recorded, config);
  Config raw = config;
  RefitPlan<Series> plan;
  plan.fits = plan.draws = process.fits;
  plan.draw = [&](const WorldKey& key) { return process.draw(config, key); };
  plan.properties = process.properties;
  plan.fit = [&](const Series& drawn) {
    Config again = config;
    process.fit(drawn, again);
    std::vector<double> values;
    for (const Parameter<Config>& parameter : process.parameters) {
      const double value = std::clamp(parameter.of(again), parameter.low, parameter.high);
      values.push_back(parameter.is_scale ? std::log(value) : value);
    }
    return values;
  };
  for (std::uint64_t round = 1; round <= 2; ++round) {
    const Refits bias = refit(recorded, plan, seed + round);
    for (std::size_t i = 0; i < process.parameters.size(); ++i) {
      const Parameter<Config>& parameter = process.parameters[i];
      double& value = parameter.of(config);
      const double seen = bias.parameters[i].mean();
      const double target = parameter.of(raw);
      value = parameter.is_scale ? value * target / std::exp(seen) : value + target - seen;
      value = std::clamp(value, parameter.low, parameter.high);
    }
  }
  plan.draws = process.draws;
  const Refits refits = refit(recorded, plan, seed);

  Fit fit;
  fit.process = process.name;
  for (std::size_t i = 0; i < process.parameters.size(); ++i) {
    const Parameter<Config>& parameter = process.parameters[i];
    const double value = parameter.of(config);
    const double spread = refits.parameters[i].standard_deviation();
    fit.estimates.push_back({process.key_prefix + parameter.key, parameter.what, value,
                             parameter.is_scale ? spread * value : spread, parameter.unit});
  }
  fit.checks = refits.checks;
  fit.warnings = misses("the model", refits.checks);
  for (const Parameter<Config>& parameter : process.parameters) {
    const double value = parameter.of(config);
    if (value > parameter.low && value < parameter.high) continue;
    fit.warnings.push_back(std::string(parameter.what) + " (" + parameter.key +
                           ") lies at the end of its range: the data do not fix it");
  }
  return fit;
}

}  // namespace aicmp
