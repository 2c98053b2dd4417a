#pragma once

#include <cstdint>
#include <memory>

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/price.hpp"
#include "sim/market/step_path.hpp"

namespace aicmp {

/// A price model at work: its path, and the mean and standard deviation of a daily log return.
struct PriceProcess {
  std::unique_ptr<StepSource> path;
  double daily_mean_log = 0.0;
  double daily_sd_log = 0.0;
};

/// Also GBM, which is Merton's model without jumps.
PriceProcess merton_price(const PriceConfig& config, const WorldKey& key);
PriceProcess heston_price(const PriceConfig& config, const WorldKey& key);
PriceProcess regime_price(const PriceConfig& config, const WorldKey& key);
PriceProcess bootstrap_price(const PriceConfig& config, const WorldKey& key);
PriceProcess replayed_price(const PriceConfig& config, std::int64_t start_unix_s, Time horizon);

/// A price that starts at `initial_usd` and takes a log return at each multiple of a step.
class GridPrice : public StepSource {
 public:
  GridPrice(double initial_usd, Time step);
  Step next() final;

 protected:
  virtual double next_log_return() = 0;

 private:
  double initial_usd_;
  Time step_;
  Time now_;
  double log_return_ = 0.0;  // since the start
  bool started_ = false;
};

}  // namespace aicmp
