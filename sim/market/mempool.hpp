#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/calendar.hpp"
#include "sim/market/hourly_level.hpp"

namespace aicmp {

/// Options market.mempool.*.
struct MempoolConfig {
  double tx_per_s = 4.0;  // long-run mean
  Seasonality season;

  /// A latent demand index (stationary AR(1), unit variance) moves intensity and bids together:
  /// intensity by exp(a x - a^2 / 2), the median bid by exp(b x).
  double demand_persistence_per_day = 0.95;
  double intensity_sd_log = 0.15;  // a
  double bid_sd_log = 0.5;         // b
  double price_correlation = 0.0;  // of the index' daily innovations with the price's

  /// Bids are log-logistic: P(bid > x) = 1 / (1 + (x / median)^(1 / scale)), a power-law tail.
  double bid_median_sat_per_vb = 3.0;
  double bid_scale_log = 0.4;  // 0: all bids equal
  double min_relay_sat_per_vb = 1.0;

  /// Virtual sizes are log-normal, cut at 100,000 vB, the largest standard transaction.
  double size_median_vb = 160.0;
  double size_sd_log = 1.2;  // 0: all sizes equal

  std::int64_t block_max_weight_wu = 4'000'000;
  std::int64_t block_reserved_weight_wu = 8'000;
  double max_mempool_mvb = 150.0;  // beyond it the lowest bids are evicted
};

void add_options(OptionTable& table, MempoolConfig& config);

/// What a block took from the mempool; fee rates in sat/vB, 0 for an empty block.
struct BlockTemplate {
  Satoshi fees;
  std::int64_t weight_wu = 0;
  std::int64_t tx_count = 0;
  double median_sat_per_vb = 0.0;  // at half of the block's weight
  double min_sat_per_vb = 0.0;
};

/// Unconfirmed transactions, as counts, weights and fees in buckets of like fee rate (flow
/// fidelity: no transaction has an identity). Arrivals are an inhomogeneous Poisson process; the
/// sum of n sizes is drawn as a log-normal of the right mean and variance (Fenton-Wilkinson), exact
/// for n = 1 and for equal sizes. Ancestor packages are not modelled. Draws are keyed by the hour
/// of arrival (StreamId::kMempool), so that a different block at noon leaves the afternoon alone.
class Mempool {
 public:
  /// Empty at simulation time `begin`, a whole number of hours. ConfigError for options that
  /// contradict each other.
  Mempool(const MempoolConfig& config, const WorldKey& key, std::int64_t start_unix_s, Time begin);

  /// Lets transactions arrive until `t`, which never goes back. `price_innovation` is that of the
  /// last full day (PricePath::daily_innovation).
  void advance(Time t, double price_innovation = 0.0);
  /// What a block found now would hold.
  BlockTemplate peek() const;
  /// Removes it: best fee rates first, up to the maximum weight less the reserve.
  BlockTemplate take_block();

  Time now() const { return now_; }
  std::int64_t tx_count() const { return tx_count_; }
  std::int64_t weight_wu() const { return weight_wu_; }
  double vsize_mvb() const { return static_cast<double>(weight_wu_) * 0.25e-6; }
  /// Fees of all waiting transactions.
  Satoshi fees() const { return fees_; }
  /// Fees of all transactions that ever arrived, and of those evicted for want of room.
  Satoshi arrived_fees() const { return arrived_fees_; }
  Satoshi evicted_fees() const { return evicted_fees_; }
  std::int64_t arrived_tx_count() const { return arrived_tx_count_; }
  /// Weight waiting at `sat_per_vb` or more, by whole buckets.
  std::int64_t weight_above_wu(double sat_per_vb) const;

 private:
  struct Bucket {
    double low_sat_per_vb;
    double mean_sat_per_vb;
    double probability;  // of an arriving bid, at the present level
    std::int64_t tx_count;
    std::int64_t weight_wu;
    std::int64_t fees_sat;
  };

  void enter_hour(std::int64_t hour, double price_innovation);
  void arrive(double expected_txs);
  std::int64_t draw_weight(std::int64_t txs);
  void evict();
  template <typename Take>
  BlockTemplate assemble(Take&& take) const;

  MempoolConfig config_;
  WorldKey key_;
  Calendar calendar_;
  HourlyLevel demand_;
  Rng rng_;
  std::vector<Bucket> buckets_;  // from low to high fee rate
  Time now_;
  Time hour_end_;
  double intensity_factor_ = 1.0;
  double size_mean_vb_ = 0.0;
  double size_squared_cv_ = 0.0;
  std::int64_t tx_count_ = 0;
  std::int64_t weight_wu_ = 0;
  Satoshi fees_;
  Satoshi arrived_fees_;
  Satoshi evicted_fees_;
  std::int64_t arrived_tx_count_ = 0;
};

}  // namespace aicmp
