#include "sim/calibration/price_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/base/units.hpp"
#include "sim/calibration/minimum.hpp"
#include "sim/calibration/refit.hpp"

namespace aicmp {
namespace {

constexpr double kFewestJumps = 3.0;
constexpr double kMostJumps = 8.0;
constexpr std::size_t kLeastReturns = 100;

double normal_density(double x, double variance) {
  return std::exp(-0.5 * x * x / variance) / std::sqrt(2.0 * std::numbers::pi * variance);
}

Moments moments_of(std::span<const double> values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return moments;
}

/// Returns without those beyond 4 standard deviations of an exponential average of squares.
std::vector<double> without_jumps(std::span<const double> daily) {
  constexpr double kMemory = 0.94;
  constexpr double kThreshold = 4.0;
  double variance = moments_of(daily).variance();
  std::vector<double> kept;
  for (const double r : daily) {
    if (r * r > kThreshold * kThreshold * variance) continue;
    kept.push_back(r);
    variance = kMemory * variance + (1.0 - kMemory) * r * r;
  }
  return kept;
}

double kurtosis(std::span<const double> values) {
  const double centre = mean(values);
  double second = 0.0;
  double fourth = 0.0;
  for (const double value : values) {
    const double square = (value - centre) * (value - centre);
    second += square;
    fourth += square * square;
  }
  return fourth * static_cast<double>(values.size()) / (second * second);
}

std::vector<Property> price_properties(const std::vector<double>& daily) {
  std::vector<double> sizes;
  std::vector<double> sorted(daily);
  for (const double r : daily) sizes.push_back(std::abs(r));
  std::sort(sorted.begin(), sorted.end());
  const double sd = moments_of(daily).standard_deviation();
  double week = 0.0;
  for (std::size_t lag = 1; lag <= 7; ++lag) week += autocorrelation(sizes, lag) / 7.0;
  return {{"kurtosis", kurtosis(daily)},
          {"autocorrelation of returns after a day", autocorrelation(daily, 1)},
          {"autocorrelation of their size over a week", week},
          {"1 % quantile in standard deviations", quantile(sorted, 0.01) / sd},
          {"99 % quantile in standard deviations", quantile(sorted, 0.99) / sd},
          {"inner half in standard deviations",
           (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / sd}};
}

/// A model with its parameters as a list, for refitting.
struct Model {
  PriceModel model;
  const char* name;
  void (*fit)(std::span<const double>, PriceConfig&);
  struct Parameter {
    const char* key;
    const char* what;
    const char* unit;
    double& (*of)(PriceConfig&);
  };
  std::vector<Parameter> parameters;
};

std::vector<Model> models() {
  using C = PriceConfig;
  return {
      {PriceModel::kGbm,
       "gbm",
       fit_gbm,
       {{"drift_per_year", "drift", "1/year", [](C& c) -> double& { return c.drift_per_year; }},
        {"volatility_per_year", "volatility", "1/sqrt(year)",
         [](C& c) -> double& { return c.volatility_per_year; }}}},
      {PriceModel::kMerton,
       "merton",
       fit_merton,
       {{"volatility_per_year", "diffusive volatility", "1/sqrt(year)",
         [](C& c) -> double& { return c.volatility_per_year; }},
        {"merton.jumps_per_year", "jumps", "1/year",
         [](C& c) -> double& { return c.merton.jumps_per_year; }},
        {"merton.jump_mean_log", "mean of a jump", "",
         [](C& c) -> double& { return c.merton.jump_mean_log; }},
        {"merton.jump_sd_log", "sd of a jump", "",
         [](C& c) -> double& { return c.merton.jump_sd_log; }}}},
      {PriceModel::kHeston,
       "heston",
       fit_heston,
       {{"heston.reversion_per_year", "kappa", "1/year",
         [](C& c) -> double& { return c.heston.reversion_per_year; }},
        {"heston.mean_variance_per_year", "theta", "1/year",
         [](C& c) -> double& { return c.heston.mean_variance_per_year; }},
        {"heston.volatility_of_variance_per_year", "xi", "1/year",
         [](C& c) -> double& { return c.heston.volatility_of_variance_per_year; }},
        {"heston.correlation", "rho", "", [](C& c) -> double& { return c.heston.correlation; }}}},
      {PriceModel::kRegime,
       "regime",
       fit_regime,
       {{"regime.calm_volatility_per_year", "calm volatility", "1/sqrt(year)",
         [](C& c) -> double& { return c.regime.calm_volatility_per_year; }},
        {"regime.wild_volatility_per_year", "wild volatility", "1/sqrt(year)",
         [](C& c) -> double& { return c.regime.wild_volatility_per_year; }},
        {"regime.calm_mean_days", "calm stay", "days",
         [](C& c) -> double& { return c.regime.calm_mean_days; }},
        {"regime.wild_mean_days", "wild stay", "days",
         [](C& c) -> double& { return c.regime.wild_mean_days; }}}},
  };
}

Fit fit_model(const Model& model, std::span<const double> daily, PriceConfig& config,
              std::uint64_t seed) {
  AICMP_ASSERT(daily.size() >= kLeastReturns);
  config.model = model.model;
  model.fit(daily, config);
  const auto days = static_cast<std::int64_t>(daily.size());

  RefitPlan<std::vector<double>> plan;
  plan.draw = [&](const WorldKey& key) { return draw_daily_returns(config, days, key); };
  plan.fit = [&](const std::vector<double>& series) {
    PriceConfig again = config;
    model.fit(series, again);
    std::vector<double> values;
    for (const Model::Parameter& parameter : model.parameters) {
      values.push_back(parameter.of(again));
    }
    return values;
  };
  plan.properties = price_properties;
  const Refits refits = refit(std::vector<double>(daily.begin(), daily.end()), plan, seed);

  Fit fit;
  fit.process = std::string("price, ") + model.name;
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    const Model::Parameter& parameter = model.parameters[i];
    fit.estimates.push_back({std::string("market.price.") + parameter.key, parameter.what,
                             parameter.of(config), refits.parameters[i].standard_deviation(),
                             parameter.unit});
  }
  fit.checks = refits.checks;
  fit.warnings = misses(model.name, refits.checks);
  return fit;
}

}  // namespace

void fit_gbm(std::span<const double> daily, PriceConfig& config) {
  const Moments moments = moments_of(daily);
  const double variance = kDaysPerMarketYear * moments.variance();
  config.volatility_per_year = std::sqrt(variance);
  config.drift_per_year = kDaysPerMarketYear * moments.mean() + 0.5 * variance;
}

void fit_merton(std::span<const double> daily, PriceConfig& config) {
  const double sd = moments_of(daily).standard_deviation();
  const double centre = mean(daily);
  // (log volatility, jump mean, log jump sd, logit of the place between the fewest and most jumps)
  const auto jumps = [](double logit) {
    return kFewestJumps + (kMostJumps - kFewestJumps) / (1.0 + std::exp(-logit));
  };
  const auto loss = [&](std::span<const double> x) {
    const double variance = std::exp(2.0 * x[0]);
    const double jump_variance = std::exp(2.0 * x[2]);
    const double expected = jumps(x[3]) / kDaysPerMarketYear;
    const double drift = centre - expected * x[1];
    double sum = 0.0;
    for (const double r : daily) {
      double density = 0.0;
      double weight = std::exp(-expected);
      for (int n = 0; n <= 3; ++n) {
        density += weight * normal_density(r - drift - n * x[1], variance + n * jump_variance);
        weight *= expected / (n + 1);
      }
      sum -= std::log(std::max(density, 1e-300));
    }
    return sum;
  };
  const std::vector<double> best =
      minimise(loss, {std::log(0.85 * sd), -0.01, std::log(4.0 * sd), -0.5}, 0.3, 600);
  config.volatility_per_year = std::exp(best[0]) * std::sqrt(kDaysPerMarketYear);
  config.merton.jump_mean_log = best[1];
  config.merton.jump_sd_log = std::exp(best[2]);
  config.merton.jumps_per_year = jumps(best[3]);
}

void fit_heston(std::span<const double> daily, PriceConfig& config) {
  constexpr std::size_t kLags = 30;
  const std::vector<double> returns = without_jumps(daily);
  const double centre = mean(returns);
  std::vector<double> squares;
  for (const double r : returns) squares.push_back((r - centre) * (r - centre));
  const double variance = mean(squares);  // of a day

  std::array<double, kLags> memory{};  // covariance of squares `lag` days apart
  double leverage = 0.0;               // of returns with later squares
  for (std::size_t lag = 1; lag <= kLags; ++lag) {
    const double count = static_cast<double>(squares.size() - lag);
    for (std::size_t t = 0; t + lag < squares.size(); ++t) {
      memory[lag - 1] += (squares[t] - variance) * (squares[t + lag] - variance) / count;
      leverage += (returns[t] - centre) * (squares[t + lag] - variance) / count;
    }
  }
  // Under Heston the covariance at a lag is c exp(-kappa lag): least squares over kappa, c its
  // best.
  const auto fitted_scale = [&](double decay) {
    double product = 0.0;
    double square = 0.0;
    for (std::size_t i = 0; i < kLags; ++i) {
      const double shape = std::exp(-decay * static_cast<double>(i + 1));
      product += shape * memory[i];
      square += shape * shape;
    }
    return std::max(product / square, 1e-4 * variance * variance);
  };
  double best_loss = std::numeric_limits<double>::infinity();
  double decay = 0.0;  // of a day
  for (double candidate = 0.003; candidate < 1.0; candidate *= 1.02) {
    const double scale = fitted_scale(candidate);
    double loss = 0.0;
    for (std::size_t i = 0; i < kLags; ++i) {
      const double miss = memory[i] - scale * std::exp(-candidate * static_cast<double>(i + 1));
      loss += miss * miss;
    }
    if (loss < best_loss) {
      best_loss = loss;
      decay = candidate;
    }
  }
  const double kappa = decay * kDaysPerMarketYear;
  const double theta = variance * kDaysPerMarketYear;
  // Averages over a day weaken covariances by ((1 - e^-d) / d)^2 e^d for a decay d.
  const double averaging = -std::expm1(-decay) / decay;
  const double variance_of_v = fitted_scale(decay) * kDaysPerMarketYear * kDaysPerMarketYear /
                               (averaging * averaging * std::exp(decay));
  const double xi = std::sqrt(2.0 * kappa * variance_of_v / theta);
  // Cov(r, later square) sums to rho xi theta (1 - e^-d)^2 / (kappa d) * sum over lags, in days.
  double lags = 0.0;
  for (std::size_t i = 0; i < kLags; ++i) lags += std::exp(-decay * static_cast<double>(i));
  const double unit =
      xi * theta / kappa * -std::expm1(-decay) * averaging / kDaysPerMarketYear * lags;

  config.heston.reversion_per_year = kappa;
  config.heston.mean_variance_per_year = theta;
  config.heston.volatility_of_variance_per_year = std::clamp(xi, 0.01, 20.0);
  config.heston.correlation = std::clamp(leverage / unit, -0.99, 0.99);
}

void fit_regime(std::span<const double> daily, PriceConfig& config) {
  constexpr int kIterations = 100;
  const double centre = mean(daily);
  const double variance = moments_of(daily).variance();
  const std::size_t size = daily.size();
  std::array<double, 2> variances{0.4 * variance, 2.5 * variance};
  std::array<double, 2> leaving{0.1, 0.2};
  std::vector<std::array<double, 2>> forward(size);
  std::vector<double> scale(size);
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    const std::array<double, 2> entry{leaving[1] / (leaving[0] + leaving[1]),
                                      leaving[0] / (leaving[0] + leaving[1])};
    std::array<double, 2> ahead = entry;
    for (std::size_t t = 0; t < size; ++t) {
      for (std::size_t s = 0; s < 2; ++s) {
        forward[t][s] = ahead[s] * normal_density(daily[t] - centre, variances[s]);
      }
      scale[t] = forward[t][0] + forward[t][1];
      for (double& p : forward[t]) p /= scale[t];
      for (std::size_t s = 0; s < 2; ++s) {
        ahead[s] = forward[t][s] * (1.0 - leaving[s]) + forward[t][1 - s] * leaving[1 - s];
      }
    }
    std::array<double, 2> backward{1.0, 1.0};
    std::array<double, 2> time{};
    std::array<double, 2> squares{};
    std::array<double, 2> moves{};
    std::array<double, 2> time_before_last{};
    for (std::size_t t = size; t-- > 0;) {
      for (std::size_t s = 0; s < 2; ++s) {
        const double here = forward[t][s] * backward[s];
        time[s] += here;
        squares[s] += here * (daily[t] - centre) * (daily[t] - centre);
        if (t + 1 < size) time_before_last[s] += here;
      }
      if (t == 0) break;
      std::array<double, 2> emitted{};
      for (std::size_t s = 0; s < 2; ++s) {
        emitted[s] = normal_density(daily[t] - centre, variances[s]) * backward[s] / scale[t];
      }
      for (std::size_t s = 0; s < 2; ++s) {
        moves[s] += forward[t - 1][s] * leaving[s] * emitted[1 - s];
        backward[s] = (1.0 - leaving[s]) * emitted[s] + leaving[s] * emitted[1 - s];
      }
    }
    for (std::size_t s = 0; s < 2; ++s) {
      variances[s] = squares[s] / time[s];
      leaving[s] = std::clamp(moves[s] / time_before_last[s], 1e-4, 1.0);
    }
  }
  const std::size_t calm = variances[0] <= variances[1] ? 0 : 1;
  config.regime.calm_volatility_per_year = std::sqrt(variances[calm] * kDaysPerMarketYear);
  config.regime.wild_volatility_per_year = std::sqrt(variances[1 - calm] * kDaysPerMarketYear);
  config.regime.calm_mean_days = 1.0 / leaving[calm];
  config.regime.wild_mean_days = 1.0 / leaving[1 - calm];
}

std::vector<double> draw_daily_returns(const PriceConfig& config, std::int64_t days,
                                       const WorldKey& key) {
  const Time horizon = Time::days(static_cast<double>(days));
  PricePath path(config, key, 0, horizon);
  std::vector<double> returns;
  double before = std::log(path.usd_per_btc(Time()));
  for (std::int64_t day = 1; day <= days; ++day) {
    const double now = std::log(path.usd_per_btc(Time::days(static_cast<double>(day))));
    returns.push_back(now - before);
    before = now;
  }
  return returns;
}

Fit fit_price(std::span<const double> daily, PriceModel model, PriceConfig& config,
              std::uint64_t seed) {
  const std::vector<Model> all = models();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [model](const Model& each) { return each.model == model; });
  AICMP_ASSERT(found != all.end());
  return fit_model(*found, daily, config, seed);
}

PriceFits fit_prices(std::span<const double> daily, PriceConfig& config, std::uint64_t seed) {
  PriceFits all;
  PriceConfig best;
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const Model& model : models()) {
    all.fits.push_back(fit_model(model, daily, config, seed));
    if (all.fits.back().warnings.size() >= fewest) continue;
    fewest = all.fits.back().warnings.size();
    best = config;
    all.best = all.fits.size() - 1;
    all.name = model.name;
  }
  config = best;
  return all;
}

}  // namespace aicmp
