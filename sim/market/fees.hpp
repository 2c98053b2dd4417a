#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/mempool.hpp"
#include "sim/market/price.hpp"
#include "sim/market/seasonality.hpp"

namespace aicmp {

enum class FeeModel { kConstant, kStatistical, kMempool, kReplay };

/// The cheap fee process, market.fees.statistical.*. Fees of a block found after `interval`:
///   log F = log(regime median) + level + log(season) + log(spike) + noise + log(accrual),
/// the level an hourly AR(1), the noise white, both Gaussian, and
///   accrual = ((interval - template age) / 600 s)^kappa / Gamma(1 + kappa),
/// of mean 1 over exponential intervals. With kappa = 1 nothing waits: fees grow in proportion to
/// the time in which they arrive; with kappa = 0 blocks are as full whenever they come.
struct StatisticalFeeConfig {
  /// Median fees of a block in each regime. The process stays in one for an exponential time and
  /// then moves to any of the others; it starts in the first.
  std::vector<double> regime_median_btc = {0.03};
  double regime_mean_days = 365.0;
  double persistence_per_day = 0.955;
  double level_sd_log = 0.6;  // stationary
  Seasonality season;
  double noise_sd_log = 0.2;
  double accrual_exponent = 0.4;  // kappa
  /// Spikes multiply fees by a Pareto variable of minimum 1 for a uniform number of days.
  double spikes_per_year = 6.0;
  double spike_tail_index = 2.0;
  double spike_min_days = 1.0;
  double spike_max_days = 10.0;
  double price_correlation = 0.0;  // of the daily innovations of the level with those of the price
};

/// Options market.fees.*.
struct FeeConfig {
  FeeModel model = FeeModel::kStatistical;
  double constant_btc = 0.03;
  /// A block holds the template of the last multiple of this after the block before it.
  double template_refresh_s = 30.0;
  StatisticalFeeConfig statistical;
  MempoolConfig mempool;  // its options are market.mempool.*

  /// Replay: a CSV as described in history.hpp. Fees of a block are the value of `column` at that
  /// time, times `sat_per_unit`, divided by the value of `per_column` if one is named: fees_btc of
  /// a day, 1e8, over that day's block_count.
  struct Replay {
    std::string file;
    std::string column = "fees_sat";
    double sat_per_unit = 1.0;
    std::string per_column;
  } replay;
};

/// Adds market.fees.* and market.mempool.*.
void add_options(OptionTable& table, FeeConfig& config);

/// The search for a block that was found.
struct BlockSearch {
  Time previous;      // when the block before it was found
  Time found;         // when it was found
  Time template_age;  // how old its template was then; at most found - previous
};

/// What everybody can read about fees.
struct FeeState {
  Satoshi last;
  Satoshi mean_144;          // of the last 144 blocks
  double mempool_mvb = 0.0;  // right after the last block; 0 under models without a mempool
};

/// Fees of successive blocks of the network. A day of blocks 600 s apart comes before time 0, so
/// that state() means something at the start.
class FeeSource {
 public:
  virtual ~FeeSource() = default;

  /// Fees of the next block. Blocks come in order of time; `template_age` matters to the
  /// statistical and the mempool model.
  Satoshi next_block(const BlockSearch& search);
  const FeeState& state() const { return state_; }

 protected:
  /// Plays the day before time 0; for the constructors of models.
  void warm_up();
  /// `index` numbers the blocks from 0, the first of the warm-up.
  virtual Satoshi draw(const BlockSearch& search, std::uint32_t index) = 0;
  virtual double mempool_mvb() const { return 0.0; }

 private:
  static constexpr std::size_t kWindow = 144;

  FeeState state_;
  std::array<Satoshi, kWindow> window_{};
  Satoshi window_sum_;
  std::uint32_t blocks_ = 0;
};

/// `prices` gives the daily innovations that fees may be correlated with, and must outlive the
/// source; nullptr means no correlation. Throws ConfigError or IoError for contradictory options
/// and unusable files; a replay must cover [0, horizon]. StreamId::kFees, StreamId::kMempool.
std::unique_ptr<FeeSource> make_fee_source(const FeeConfig& config, const WorldKey& key,
                                           std::int64_t start_unix_s, Time horizon,
                                           PricePath* prices);

}  // namespace aicmp
