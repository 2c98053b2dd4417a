#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/base/csv.hpp"
#include "sim/base/hypothesis.hpp"
#include "sim/base/samples.hpp"
#include "tests/chain/files.hpp"
#include "tests/market/blocks.hpp"

using namespace aicmp;

// How far the default mempool and fee process are from records. Nothing is tuned to be near:
// records are of a few months of one kind of market, and the defaults are round numbers. The bounds
// are what was seen, rounded up, so that a change which takes the model farther away fails.

namespace {

constexpr std::int64_t kRecordStart =
    1'741'132'800;  // 2025-03-05 00:00 UTC, when the 5-minute record starts

std::vector<double> positive(const CsvFile& csv, const char* name, double scale) {
  std::vector<double> values;
  const std::size_t column = csv.column(name);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    if (csv.empty(row, column)) continue;
    const double value = csv.number(row, column) * scale;
    if (value > 0.0) values.push_back(value);
  }
  return values;
}

/// Kolmogorov-Smirnov distances of the law, at most `bound`, and of its shape (after dividing by
/// medians).
void check_distance(const std::string& what, double bound, std::vector<double> model,
                    std::vector<double> record, const std::vector<std::size_t>& lags) {
  std::string memory;
  for (std::size_t lag : lags) {
    memory += fmt::format("  {}: {:.2f} | {:.2f}", lag, autocorrelation(model, lag),
                          autocorrelation(record, lag));
  }
  std::sort(model.begin(), model.end());
  std::sort(record.begin(), record.end());
  const double distance = ks_test(model, record).statistic;
  std::string quantiles;
  for (double p : {0.05, 0.25, 0.5, 0.75, 0.95, 0.99}) {
    quantiles += fmt::format("  {:g} %: {:.3g} | {:.3g}", 100.0 * p, quantile(model, p),
                             quantile(record, p));
  }
  const double model_median = quantile(model, 0.5);
  const double record_median = quantile(record, 0.5);
  for (double& value : model) value /= model_median;
  for (double& value : record) value /= record_median;
  const double shape = ks_test(model, record).statistic;
  MESSAGE(
      fmt::format("{}\n  Kolmogorov-Smirnov distance {:.3f}, of x / median {:.3f}\n"
                  "  quantiles, model | record:{}\n  autocorrelations, model | record:{}",
                  what, distance, shape, quantiles, memory));
  CHECK(distance <= bound);
}

}  // namespace

TEST_CASE("distance of the default mempool from blocks of 2024") {
  const auto path = test::data_file("block_feerates_2024.csv");
  if (!path) return;
  const CsvFile csv(*path);
  Mempool mempool({}, {.seed = 51}, kRecordStart, Time(), nullptr);
  Rng rng({.seed = 51}, StreamId::kTest);
  std::vector<double> feerate;
  std::vector<double> vsize;
  std::vector<double> txs;
  for (int i = 0; i < 12'000; ++i) {
    mempool.advance(mempool.now() + Time::seconds(600.0 * exponential(rng)));
    vsize.push_back(mempool.vsize_mvb());
    const BlockContent block = mempool.take_block();
    feerate.push_back(block.median_sat_per_vb);
    txs.push_back(static_cast<double>(block.tx_count));
  }
  check_distance("median fee rate of a block, sat/vB", 0.5, feerate,
                 positive(csv, "block_median_feerate", 1.0), {1, 6, 144, 432});
  check_distance("mempool, MvB", 0.55, vsize, positive(csv, "mempool_mb", 1.0), {1, 6, 144, 432});
  check_distance("transactions in a block", 0.45, txs, positive(csv, "block_tx", 1.0), {1, 6, 144});
}

TEST_CASE("distance of the default mempool and fee process from 5-minute samples of 2025") {
  const auto path = test::data_file("mempool_5min_2025.csv");
  if (!path) return;
  const CsvFile csv(*path);
  Mempool mempool({}, {.seed = 52}, kRecordStart, Time(), nullptr);
  FeeConfig config;
  const auto cheap = make_fee_source(config, {.seed = 52}, kRecordStart, Time::days(60.0), nullptr);
  Rng rng({.seed = 52}, StreamId::kTest);
  std::vector<double> vsize;
  std::vector<double> projected;
  std::vector<double> found_fees;
  Time previous;
  Time found = Time::seconds(600.0 * exponential(rng));
  for (int sample = 1; sample <= 19'800; ++sample) {
    const Time t = Time::seconds(300.0 * sample);
    for (; found <= t; found += Time::seconds(600.0 * exponential(rng))) {
      mempool.advance(found);
      mempool.take_block();
      found_fees.push_back(cheap->next_block({previous, found, Time()}).btc());
      previous = found;
    }
    mempool.advance(t);
    vsize.push_back(mempool.vsize_mvb());
    projected.push_back(Mempool(mempool).take_block().fees.btc());
  }
  check_distance("mempool, MvB", 0.35, vsize, positive(csv, "mempool_vsize", 1e-6),
                 {1, 12, 288, 864});
  const std::vector<double> record = positive(csv, "next_block_fees_sat", 1e-8);
  check_distance("fees of the projected block, BTC", 0.1, projected, record, {1, 12, 288, 864});
  check_distance("statistical fees of a block (once per block), BTC", 0.3, found_fees, record,
                 {1, 6, 144});
}
