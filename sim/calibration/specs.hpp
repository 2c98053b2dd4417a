#pragma once

#include "sim/calibration/record.hpp"

namespace aicmp {

/// Columns of a daily history. Accepts our names and Coin Metrics' community btc.csv as downloaded.
enum DailyColumn : std::size_t {
  kPriceUsd,     // price_usd, PriceUSD
  kBlockCount,   // block_count, BlkCnt
  kHashRateEhs,  // hashrate_ehs, HashRate (TH/s)
  kDifficulty,   // difficulty, difficulty_mean, DiffMean
  kFeesBtc,      // fees_btc, FeeTotNtv
  kIssuanceBtc,  // issuance_btc, IssTotNtv
  kDailyColumns
};
RecordSpec daily_spec();

/// Columns of snapshots of a mempool, minutes apart; `vsize_A_B` are virtual bytes at fee rates
/// from A to B sat/vB.
enum MempoolColumn : std::size_t {
  kMempoolTx,         // mempool_tx
  kMempoolVsize,      // mempool_vsize, vB
  kMempoolFeesSat,    // mempool_total_fee_sat
  kNextBlockFeesSat,  // next_block_fees_sat
  kNextBlockVsize,    // next_block_vsize, vB
  kFirstBin,          // vsize_1_2, vsize_2_3, vsize_3_5, vsize_5_10, vsize_10_20, vsize_20_50
  kMempoolColumns = kFirstBin + 7  // and vsize_50_up
};
/// Lower edges of the fee-rate bins, sat/vB.
inline constexpr double kBinEdges[] = {1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0};
RecordSpec mempool_spec();

/// One column: a price of energy in USD/MWh, called `usd_per_mwh`, `price_usd_mwh`,
/// `rt_spp_mean_usd_mwh`, `rt_spp_usd_mwh`, `da_spp_usd_mwh`, `rtm_usd_mwh` or `dam_usd_mwh`; the
/// first of these that the file has.
RecordSpec energy_spec(double utc_offset_hours);

}  // namespace aicmp
