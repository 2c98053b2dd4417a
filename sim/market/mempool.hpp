#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/hourly_level.hpp"
#include "sim/market/price.hpp"
#include "sim/market/seasonality.hpp"

namespace aicmp {

/// Options market.mempool.*. The defaults are a year of mild congestion as in 2024-2025.
struct MempoolConfig {
  double tx_per_s = 5.4;  // long-run mean
  Seasonality season;

  /// A latent demand index x (stationary AR(1), unit variance) moves intensity and bids together:
  /// the intensity by exp(a x - a^2 / 2), the median bid by exp(b x).
  double demand_persistence_per_day = 0.75;
  double intensity_sd_log = 0.12;  // a
  double bid_sd_log = 0.25;        // b
  double price_correlation = 0.0;  // of the daily innovations of x with those of the price

  /// Bids are log-logistic, with a power-law tail: P(bid > y) = 1 / (1 + (y / median)^(1 / scale)).
  double bid_median_sat_per_vb = 3.0;
  double bid_scale_log = 0.4;  // 0: all bids equal
  double min_relay_sat_per_vb = 1.0;

  /// Virtual sizes are log-normal.
  double size_median_vb = 170.0;
  double size_sd_log = 0.95;  // 0: all sizes equal

  std::int64_t block_max_weight_wu = 4'000'000;
  std::int64_t block_reserved_weight_wu = 8'000;
  double max_mempool_mvb = 150.0;  // beyond it the lowest bids are evicted
};

void add_options(OptionTable& table, MempoolConfig& config);

/// What a block holds besides its coinbase; fee rates in sat/vB, 0 for an empty block.
struct BlockContent {
  Satoshi fees;
  std::int64_t weight_wu = 0;
  std::int64_t tx_count = 0;
  double median_sat_per_vb = 0.0;  // at half of the weight
  double min_sat_per_vb = 0.0;
};

/// Unconfirmed transactions, as counts, weights and fees in 48 buckets of like fee rate (flow
/// fidelity: no transaction has an identity). Arrivals are an inhomogeneous Poisson process; the
/// sum of n sizes is drawn as a log-normal of the right mean and variance (Fenton 1960), exact for
/// n = 1 and for equal sizes. Bids below the relay minimum are raised to it. Ancestor packages and
/// replacement are not modelled. Draws are keyed by the hour of arrival (StreamId::kMempool), so a
/// block that comes at another time changes nothing beyond its hour.
class Mempool {
 public:
  /// Empty at `begin`. `prices` must outlive the mempool; nullptr means no correlation.
  /// ConfigError for options that contradict each other.
  Mempool(const MempoolConfig& config, const WorldKey& key, std::int64_t start_unix_s, Time begin,
          PricePath* prices);

  /// Lets transactions arrive until `t`, which never goes back.
  void advance(Time t);
  /// Removes what a block found now holds: best fee rates first, up to the maximum weight less the
  /// reserve.
  BlockContent take_block();

  Time now() const { return now_; }
  std::int64_t tx_count() const { return waiting_.tx_count; }
  std::int64_t weight_wu() const { return waiting_.weight_wu; }
  double vsize_mvb() const { return static_cast<double>(waiting_.weight_wu) * 0.25e-6; }
  Satoshi fees() const { return Satoshi(waiting_.fees_sat); }

  /// Since the start: fees that arrived, and that were evicted for want of room.
  Satoshi arrived_fees() const { return Satoshi(arrived_fees_sat_); }
  Satoshi evicted_fees() const { return Satoshi(evicted_fees_sat_); }

 private:
  static constexpr std::size_t kBuckets = 48;

  struct Amount {
    std::int64_t tx_count = 0;
    std::int64_t weight_wu = 0;
    std::int64_t fees_sat = 0;
  };

  void enter_hour();
  void arrive(double expected_txs);
  std::int64_t draw_weight(std::int64_t txs);
  void evict();
  /// Moves `txs` transactions of average size out of a bucket.
  Amount remove(std::size_t bucket, std::int64_t txs);

  MempoolConfig config_;
  WorldKey key_;
  CivilTime civil_;
  HourlyLevel demand_;
  Rng rng_;
  std::uint32_t hours_ = 0;  // begun so far
  Time now_;
  Time hour_end_;
  double tx_per_s_ = 0.0;  // of this hour, before season
  double mean_size_wu_;
  double size_variation_;  // squared coefficient of variation
  std::int64_t block_capacity_wu_;
  std::int64_t capacity_wu_;
  std::array<Amount, kBuckets> buckets_;  // from low to high fee rate
  std::array<double, kBuckets> low_sat_per_vb_;
  std::array<double, kBuckets> mean_sat_per_vb_;
  std::array<double, kBuckets> bid_probability_{};  // of this hour
  Amount waiting_;
  std::int64_t arrived_fees_sat_ = 0;
  std::int64_t evicted_fees_sat_ = 0;
};

}  // namespace aicmp
