#include "sim/calibration/specs.hpp"

#include "sim/base/units.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t k2017 = 1'483'228'800;

ColumnSpec mempool_column(const char* name, Limits typical = {}) {
  return {name, {{name}}, Limits::at_least(0.0), typical, {}, 0};
}

}  // namespace

RecordSpec daily_spec() {
  const Limits positive = Limits::positive();
  RecordSpec spec{"daily history", {}, kSecondsPerDay, kSecondsPerDay, 200};
  spec.columns = {
      {"USD/BTC",
       {{"price_usd"}, {"PriceUSD"}},
       positive,
       Limits::between(300.0, 5e6),
       {{1e-2, "US cents"}, {1e3, "thousands of USD"}, {1e8, "USD per satoshi"}},
       k2017},
      {"blocks a day",
       {{"block_count"}, {"BlkCnt"}},
       Limits::between(0.0, 1000.0),
       Limits::between(100.0, 200.0),
       {{24.0, "blocks an hour"}},
       k2017},
      {"EH/s",
       {{"hashrate_ehs"}, {"HashRate", 1e-6}},
       positive,
       Limits::between(1.0, 1e5),
       {{1e-6, "TH/s in place of EH/s"},
        {1e6, "EH/s in place of TH/s"},
        {1e-3, "a unit a thousand times smaller"},
        {1e3, "a unit a thousand times larger"},
        {1e-18, "H/s"}},
       k2017},
      {"difficulty",
       {{"difficulty"}, {"difficulty_mean"}, {"DiffMean"}},
       positive,
       Limits::between(1e11, 1e17),
       {{1e12, "trillions"}},
       k2017},
      {"BTC a day",
       {{"fees_btc"}, {"FeeTotNtv"}},
       Limits::at_least(0.0),
       Limits::between(0.5, 3000.0),
       {{1e-8, "satoshi"}, {144.0, "BTC a block"}},
       k2017},
      {"BTC a day",
       {{"issuance_btc"}, {"IssTotNtv"}},
       Limits::at_least(0.0),
       Limits::between(10.0, 8000.0),
       {{1e-8, "satoshi"}, {144.0, "BTC a block"}},
       k2017},
  };
  return spec;
}

RecordSpec mempool_spec() {
  RecordSpec spec{"mempool history", {}, 300, 1800, 500};
  spec.columns = {mempool_column("mempool_tx", Limits::between(10.0, 1e7)),
                  mempool_column("mempool_vsize"),
                  mempool_column("mempool_total_fee_sat", Limits::at_least(1e3)),
                  mempool_column("next_block_fees_sat"), mempool_column("next_block_vsize")};
  spec.columns[kMempoolVsize].typical = Limits::between(1e4, 1e10);
  spec.columns[kMempoolVsize].slips = {{1e6, "MvB"}, {1e3, "kvB"}};
  spec.columns[kMempoolFeesSat].slips = {{1e8, "BTC"}};
  for (const char* name : {"vsize_1_2", "vsize_2_3", "vsize_3_5", "vsize_5_10", "vsize_10_20",
                           "vsize_20_50", "vsize_50_up"}) {
    spec.columns.push_back(mempool_column(name));
  }
  return spec;
}

RecordSpec energy_spec(double utc_offset_hours) {
  RecordSpec spec{"price of energy", {}, 3600, 3600, 24 * 30};
  spec.columns = {{"USD/MWh",
                   {{"usd_per_mwh"},
                    {"price_usd_mwh"},
                    {"rt_spp_mean_usd_mwh"},
                    {"rt_spp_usd_mwh"},
                    {"da_spp_usd_mwh"},
                    {"rtm_usd_mwh"},
                    {"dam_usd_mwh"}},
                   Limits::between(-1000.0, 20000.0),
                   Limits::between(3.0, 1000.0),
                   {{1e3, "USD/kWh"}, {10.0, "US cents/kWh"}},
                   0}};
  spec.utc_offset_hours = utc_offset_hours;
  return spec;
}

}  // namespace aicmp
