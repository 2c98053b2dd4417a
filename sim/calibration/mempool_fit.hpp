#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/calibration/fit.hpp"
#include "sim/calibration/record.hpp"
#include "sim/chain/history.hpp"
#include "sim/market/mempool.hpp"

namespace aicmp {

/// What arrived between two snapshots of a mempool with no block in between.
struct MempoolArrival {
  std::int64_t unix_s = 0;
  double seconds = 0.0;
  double txs = 0.0;
  double vsize_vb = 0.0;
  std::vector<double> vsize_by_bin;  // as kBinEdges; empty if the record has no bins
};

/// Arrivals from snapshots (mempool_spec()). With `blocks` that cover them, spans within 90 s of a
/// header are dropped; else those over which the mempool shrank.
std::vector<MempoolArrival> arrivals_of(const Record& snapshots,
                                        std::span<const HistoricBlock> blocks);

/// Rate, mean size, daily and weekly season and memory of arrivals, and, with bins, bids: their
/// log-logistic law by maximum likelihood, and how its median moves from day to day. Sizes keep
/// their spread. Needs 7 days with arrivals.
void fit_arrivals(std::span<const MempoolArrival> arrivals, MempoolConfig& config);

/// Standard errors by resampling whole days (200 times); checks that the engine's mempool, with
/// blocks every 600 s on average, is as full as the recorded one.
Fit fit_mempool(const Record& snapshots, std::span<const HistoricBlock> blocks,
                MempoolConfig& config, std::uint64_t seed);

}  // namespace aicmp
