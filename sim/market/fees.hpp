#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/calendar.hpp"
#include "sim/market/mempool.hpp"
#include "sim/market/price.hpp"

namespace aicmp {

enum class FeeModel { kConstant, kStatistical, kMempool, kReplay };

/// log F = regime mean + AR(1) + season + spike + noise, for the fees F of a block, times
/// 1 + c (interval / 600 s - 1) for the share c of fees that accrues while the block is sought.
/// market.fees.statistical.*
struct StatisticalFeeConfig {
  /// Median fees of a block in each regime. The process stays in one for an exponential time and
  /// then moves to any of the others; it starts in the first.
  std::vector<double> regime_median_btc = {0.03};
  double regime_mean_days = 365.0;
  double persistence_per_day = 0.955;
  double level_sd_log = 0.8;  // stationary; the daily innovation is this times sqrt(1 - phi^2)
  Seasonality season;
  double block_noise_sd_log = 0.3;
  double accrual_share = 0.5;
  /// Spikes multiply the fees by a Pareto variable (minimum 1) for a uniform number of days.
  double spikes_per_year = 6.0;
  double spike_tail_index = 2.0;
  double spike_min_days = 1.0;
  double spike_max_days = 10.0;
  double price_correlation = 0.0;
};

/// Options market.fees.*.
struct FeeConfig {
  FeeModel model = FeeModel::kStatistical;
  double constant_btc = 0.03;
  StatisticalFeeConfig statistical;
  MempoolConfig mempool;  // described under market.mempool.*
  /// Replay: a CSV as described in history.hpp, with the fees of one block at a time.
  std::string file;
  std::string file_column = "fees_sat";
  /// Replay: satoshi per unit of the column, and a column to divide by (such as the day's blocks).
  double file_sat_per_unit = 1.0;
  std::string file_per_column;
};

/// Adds market.fees.* and market.mempool.*.
void add_options(OptionTable& table, FeeConfig& config);

/// The search for a block: which fees it may hold.
struct BlockSearch {
  Time previous;      // when the block before was found
  Time found;         // when this one was found
  Time template_age;  // how old its template was then, at most found - previous
};

/// What everybody can read about fees.
struct FeeState {
  Satoshi last;
  Satoshi mean_144;           // of the last 144 blocks
  double mempool_mvb = 0.0;   // 0 under models without a mempool
  double next_block_btc = 0;  // fees a template built at the last block would have held
};

/// Fees of successive blocks of the network. The history before time 0 is a day of blocks 600 s
/// apart, so that the state means something at the start.
class FeeSource {
 public:
  virtual ~FeeSource() = default;

  /// Fees of the next block. Blocks come in order of time.
  Satoshi next_block(const BlockSearch& search);
  const FeeState& state() const { return state_; }

 protected:
  /// The fees of one block, of which `index` is the number, 0 for the first of the history.
  virtual Satoshi draw(const BlockSearch& search, std::uint32_t index) = 0;
  void warm_up();
  FeeState state_;

 private:
  std::array<std::int64_t, 144> window_{};
  std::int64_t window_sum_ = 0;
  std::uint32_t blocks_ = 0;
};

/// `prices` gives the daily innovations that fees may be correlated with, and must outlive the
/// source. Throws ConfigError or IoError for contradictory options and unusable files; a replay
/// must cover [0, horizon]. Streams: StreamId::kFees, StreamId::kMempool.
std::unique_ptr<FeeSource> make_fee_source(const FeeConfig& config, const WorldKey& key,
                                           std::int64_t start_unix_s, Time horizon,
                                           PricePath& prices);

}  // namespace aicmp
