#include "sim/market/mempool.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr double kBucketRatio = 1.2;        // 48 buckets span a factor of 6,300
constexpr std::int64_t kWuPerVb = 4;        // BIP 141
constexpr std::uint32_t kDemandEntity = 0;  // of StreamId::kMempool
constexpr std::uint32_t kArrivalsEntity = 1;

/// n / count of a total, exact in integers and free of overflow; all of it for n = count.
std::int64_t part(std::int64_t total, std::int64_t n, std::int64_t count) {
  return total / count * n + total % count * n / count;
}

}  // namespace

Mempool::Mempool(const MempoolConfig& config, const WorldKey& key, std::int64_t start_unix_s,
                 Time begin, PricePath* prices)
    : config_(config),
      key_(key),
      civil_(start_unix_s),
      demand_(config.demand_persistence_per_day, config.price_correlation, prices,
              Rng(key, StreamId::kMempool, kDemandEntity)),
      rng_(key, StreamId::kMempool, kArrivalsEntity),
      now_(begin),
      hour_end_(begin),
      block_capacity_wu_(config.block_max_weight_wu - config.block_reserved_weight_wu),
      capacity_wu_(std::llround(config.max_mempool_mvb * 1e6) * kWuPerVb) {
  if (block_capacity_wu_ <= 0) {
    throw ConfigError({}, "market.mempool.block_reserved_weight_wu", "leaves no room in the block",
                      fmt::format("< {}", config.block_max_weight_wu));
  }
  if (config.season.daily_amplitude + config.season.weekly_amplitude > 1.0) {
    throw ConfigError({}, "market.mempool.season",
                      "daily_amplitude and weekly_amplitude sum to more than 1");
  }
  const double variance = config.size_sd_log * config.size_sd_log;
  mean_size_wu_ = config.size_median_vb * static_cast<double>(kWuPerVb) * std::exp(0.5 * variance);
  size_variation_ = std::expm1(variance);
  double low = config.min_relay_sat_per_vb;
  for (std::size_t i = 0; i < kBuckets; ++i, low *= kBucketRatio) {
    low_sat_per_vb_[i] = low;
    mean_sat_per_vb_[i] = low * (kBucketRatio - 1.0) / std::log(kBucketRatio);  // log-uniform
  }
}

void Mempool::advance(Time t) {
  AICMP_ASSERT(t >= now_);
  while (now_ < t) {
    if (now_ == hour_end_) enter_hour();
    const Time to = std::min(t, hour_end_);
    arrive(tx_per_s_ * config_.season.integral_s(civil_, now_, to));
    now_ = to;
    if (waiting_.weight_wu > capacity_wu_) evict();
  }
}

void Mempool::enter_hour() {
  rng_ = Rng(key_, StreamId::kMempool, kArrivalsEntity, hours_++);
  const double demand = demand_.next(now_);
  hour_end_ = now_ + Time::hours(1.0);
  const double a = config_.intensity_sd_log;
  tx_per_s_ = config_.tx_per_s * std::exp(a * demand - 0.5 * a * a);

  const double median = config_.bid_median_sat_per_vb * std::exp(config_.bid_sd_log * demand);
  double above = 1.0;  // P(bid >= lower edge); what bids less is raised to the lowest bucket
  for (std::size_t i = 0; i < kBuckets; ++i) {
    double above_next = 0.0;
    if (i + 1 < kBuckets) {
      const double distance = std::log(low_sat_per_vb_[i + 1] / median);
      above_next = config_.bid_scale_log > 0.0
                       ? 1.0 / (1.0 + std::exp(distance / config_.bid_scale_log))
                       : (distance <= 0.0 ? 1.0 : 0.0);
    }
    bid_probability_[i] = above - above_next;
    if (config_.bid_scale_log == 0.0 && bid_probability_[i] > 0.0) {
      mean_sat_per_vb_[i] = std::max(median, config_.min_relay_sat_per_vb);
    }
    above = above_next;
  }
}

void Mempool::arrive(double expected_txs) {
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (bid_probability_[i] <= 0.0) continue;
    const std::int64_t txs = poisson(rng_, expected_txs * bid_probability_[i]);
    if (txs == 0) continue;
    const std::int64_t weight = draw_weight(txs);
    const std::int64_t fees = std::llround(static_cast<double>(weight) * mean_sat_per_vb_[i] /
                                           static_cast<double>(kWuPerVb));
    for (Amount* amount : {&buckets_[i], &waiting_}) {
      amount->tx_count += txs;
      amount->weight_wu += weight;
      amount->fees_sat += fees;
    }
    arrived_fees_sat_ += fees;
  }
}

std::int64_t Mempool::draw_weight(std::int64_t txs) {
  const double count = static_cast<double>(txs);
  if (size_variation_ == 0.0) return std::llround(mean_size_wu_) * txs;
  const double variance = std::log1p(size_variation_ / count);
  const double factor = std::exp(std::sqrt(variance) * normal(rng_) - 0.5 * variance);
  return std::max<std::int64_t>(txs, std::llround(count * mean_size_wu_ * factor));
}

void Mempool::evict() {
  for (std::size_t i = 0; i < kBuckets && waiting_.weight_wu > capacity_wu_; ++i) {
    const Amount& bucket = buckets_[i];
    if (bucket.tx_count == 0) continue;
    const double excess = static_cast<double>(waiting_.weight_wu - capacity_wu_);
    const double mean =
        static_cast<double>(bucket.weight_wu) / static_cast<double>(bucket.tx_count);
    const auto txs = static_cast<std::int64_t>(std::ceil(excess / mean));
    evicted_fees_sat_ += remove(i, std::min(txs, bucket.tx_count)).fees_sat;
  }
}

BlockContent Mempool::take_block() {
  BlockContent block;
  std::array<std::int64_t, kBuckets> taken_wu{};
  for (std::size_t i = kBuckets; i-- > 0;) {
    const Amount& bucket = buckets_[i];
    const std::int64_t room = block_capacity_wu_ - block.weight_wu;
    if (bucket.tx_count == 0 || room <= 0) continue;
    const bool whole = bucket.weight_wu <= room;
    const auto txs = whole ? bucket.tx_count
                           : static_cast<std::int64_t>(static_cast<double>(room) *
                                                       static_cast<double>(bucket.tx_count) /
                                                       static_cast<double>(bucket.weight_wu));
    if (txs == 0) continue;
    const Amount amount = remove(i, txs);
    taken_wu[i] = amount.weight_wu;
    block.fees += Satoshi(amount.fees_sat);
    block.weight_wu += amount.weight_wu;
    block.tx_count += amount.tx_count;
    block.min_sat_per_vb = mean_sat_per_vb_[i];
    if (!whole) break;  // full, but for less than one transaction
  }
  std::int64_t above = 0;
  for (std::size_t i = kBuckets; i-- > 0 && 2 * above < block.weight_wu;) {
    above += taken_wu[i];
    block.median_sat_per_vb = mean_sat_per_vb_[i];
  }
  return block;
}

Mempool::Amount Mempool::remove(std::size_t bucket, std::int64_t txs) {
  Amount& from = buckets_[bucket];
  const Amount removed{txs, part(from.weight_wu, txs, from.tx_count),
                       part(from.fees_sat, txs, from.tx_count)};
  for (Amount* amount : {&from, &waiting_}) {
    amount->tx_count -= removed.tx_count;
    amount->weight_wu -= removed.weight_wu;
    amount->fees_sat -= removed.fees_sat;
  }
  return removed;
}

void add_options(OptionTable& table, MempoolConfig& config) {
  const std::string key = "market.mempool.";
  const Limits spread = Limits::between(0.0, 5.0);
  table.add(key + "tx_per_s", config.tx_per_s, "1/s", Limits::between(0.0, 10'000.0),
            "Mean rate at which transactions arrive.");
  add_options(table, config.season, key + "season.");
  table.add(key + "demand_persistence_per_day", config.demand_persistence_per_day, "",
            {.min = 0.0, .max = 1.0, .max_open = true},
            "Autocorrelation after a day of the latent demand for block space.");
  table.add(key + "intensity_sd_log", config.intensity_sd_log, "", spread,
            "How much demand moves the arrival rate (standard deviation of its logarithm).");
  table.add(key + "bid_sd_log", config.bid_sd_log, "", spread,
            "How much demand moves the median bid (standard deviation of its logarithm).");
  table.add(key + "price_correlation", config.price_correlation, "", Limits::between(-1.0, 1.0),
            "Correlation of the daily innovations of demand and price.");
  table.add(key + "bid_median_sat_per_vb", config.bid_median_sat_per_vb, "sat/vB",
            Limits::between(0.01, 10'000.0), "Median fee rate that transactions offer.");
  table.add(key + "bid_scale_log", config.bid_scale_log, "", Limits::between(0.0, 0.95),
            "Spread of the offers; the tail index is its inverse. 0: all offers are equal.");
  table.add(key + "min_relay_sat_per_vb", config.min_relay_sat_per_vb, "sat/vB",
            Limits::between(0.01, 1000.0), "Lowest fee rate that nodes relay.");
  table.add(key + "size_median_vb", config.size_median_vb, "vB", Limits::between(60.0, 100'000.0),
            "Median virtual size of a transaction.");
  table.add(key + "size_sd_log", config.size_sd_log, "", Limits::between(0.0, 2.5),
            "Standard deviation of the logarithm of the size. 0: all sizes are equal.");
  table.add(key + "block_max_weight_wu", config.block_max_weight_wu, "WU",
            Limits::between(4'000.0, 4'000'000.0), "Most weight of a block.");
  table.add(key + "block_reserved_weight_wu", config.block_reserved_weight_wu, "WU",
            Limits::between(0.0, 4'000'000.0), "Weight kept free for header and coinbase.");
  table.add(key + "max_mempool_mvb", config.max_mempool_mvb, "MvB", Limits::between(1.0, 100'000.0),
            "Size beyond which the lowest offers are dropped.");
}

}  // namespace aicmp
