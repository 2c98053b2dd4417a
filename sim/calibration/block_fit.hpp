#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/csv.hpp"
#include "sim/calibration/fit.hpp"
#include "sim/chain/header_time.hpp"
#include "sim/chain/history.hpp"

namespace aicmp {

/// How much later than the time in its header nodes saw a block, s: of blocks found 120 s or more
/// after the one before, whose jobs may have any age.
std::vector<double> read_header_lags(const CsvFile& arrivals);

/// Header times by maximum likelihood: a lag is the block's way to the node, plus the age of its
/// job, less the error of a clock (header_time.hpp), in whole seconds. `delay_s` gets the way.
void fit_header_times(std::span<const double> lags, HeaderTimeConfig& config, double& delay_s);

/// Lags as under `config`, for refitting.
std::vector<double> draw_header_lags(const HeaderTimeConfig& config, double delay_s,
                                     std::size_t count, const WorldKey& key);

/// The same with standard errors and checks.
Fit fit_header_clock(std::span<const double> lags, HeaderTimeConfig& config, std::uint64_t seed);

/// Checks that intervals between headers are what the engine makes of exponential ones, each epoch
/// at its own pace, under `config`. Two whole epochs are needed.
Fit check_block_intervals(const BlockHistory& blocks, const HeaderTimeConfig& config,
                          std::uint64_t seed);

/// Predictive check of the last `part` of the epochs, in (0, .5], by those before: the log of an
/// epoch's mean interval over 600 s is normal with their mean and spread, blocks are exponential,
/// headers as under `config`. Needs kLeastHeldOutEpochs in each part, else throws ConfigError.
Fit held_out_intervals(const BlockHistory& blocks, const HeaderTimeConfig& config, double part,
                       std::uint64_t seed);
inline constexpr std::size_t kLeastHeldOutEpochs = 4;
/// Whole epochs of 2016 blocks in a file.
std::size_t whole_epochs(const BlockHistory& blocks);

/// Stale rate from the heights (column height) that had a stale block, and the delay between miners
/// that explains it: x / (1 + x) = rate, x = delay / 600 (1 - sum of squared pool shares)
/// (stale_race.hpp). Files of pools without pool_id count as many small ones.
Fit fit_propagation(const CsvFile& stale, std::span<const HistoricBlock> blocks, double& delay_s);

}  // namespace aicmp
