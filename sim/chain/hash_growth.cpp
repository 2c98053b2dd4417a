#include "sim/chain/hash_growth.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include <fmt/format.h>

#include "sim/base/csv.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/chain/history.hpp"
#include "sim/chain/target.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t kPeriodDays = 14;

class FixedHashRate final : public HashGrowth {
 public:
  explicit FixedHashRate(double hashes_per_s) : HashGrowth(hashes_per_s, Time::forever()) {}
  void advance(const MiningMarket&) override {}
};

/// Exponential growth in daily steps, times the factors of the steps that have passed.
class ScheduledGrowth final : public HashGrowth {
 public:
  ScheduledGrowth(const GrowthConfig& config, double initial_hashes_per_s)
      : HashGrowth(initial_hashes_per_s, Time()),
        initial_hashes_per_s_(initial_hashes_per_s),
        log_growth_per_day_(std::log1p(config.growth_per_14_days) / kPeriodDays),
        steps_(config.steps) {
    std::stable_sort(steps_.begin(), steps_.end(),
                     [](const GrowthStep& a, const GrowthStep& b) { return a.day < b.day; });
    apply();
  }

  void advance(const MiningMarket&) override { apply(); }

 private:
  /// Sets the level at next_change_ and finds the change after it.
  void apply() {
    const Time now = next_change_;
    if (now == Time::days(static_cast<double>(next_day_))) ++next_day_;
    while (next_step_ < steps_.size() && Time::days(steps_[next_step_].day) <= now) {
      factor_ *= steps_[next_step_++].factor;
    }
    hashes_per_s_ = initial_hashes_per_s_ * factor_ * std::exp(log_growth_per_day_ * now.in_days());
    next_change_ =
        log_growth_per_day_ == 0.0 ? Time::forever() : Time::days(static_cast<double>(next_day_));
    if (next_step_ < steps_.size()) {
      next_change_ = std::min(next_change_, Time::days(steps_[next_step_].day));
    }
  }

  double initial_hashes_per_s_;
  double log_growth_per_day_;
  std::vector<GrowthStep> steps_;
  double factor_ = 1.0;
  std::size_t next_step_ = 0;
  std::int64_t next_day_ = 0;
};

class ReplayedHashRate final : public HashGrowth {
 public:
  /// `points` is not empty and its times increase; the first is not after `start_unix_s`.
  ReplayedHashRate(std::vector<HashRatePoint> points, std::int64_t start_unix_s)
      : HashGrowth(0.0, Time::forever()), points_(std::move(points)), start_unix_s_(start_unix_s) {
    while (next_ < points_.size() && points_[next_].from_unix_s <= start_unix_s_) ++next_;
    apply();
  }

  void advance(const MiningMarket&) override {
    ++next_;
    apply();
  }

 private:
  void apply() {
    hashes_per_s_ = points_[next_ - 1].hashes_per_s;
    next_change_ =
        next_ == points_.size()
            ? Time::forever()
            : Time::seconds(static_cast<double>(points_[next_].from_unix_s - start_unix_s_));
  }

  std::vector<HashRatePoint> points_;
  std::int64_t start_unix_s_;
  std::size_t next_ = 0;
};

/// Decides every 14 days, beginning at time 0, and moves in equal daily steps until the next time.
class HashPriceGrowth final : public HashGrowth {
 public:
  HashPriceGrowth(const HashPriceReaction& reaction, double initial_hashes_per_s,
                  const WorldKey& key)
      : HashGrowth(initial_hashes_per_s, Time()),
        reaction_(reaction),
        rng_(key, StreamId::kNetworkGrowth) {}

  void advance(const MiningMarket& market) override {
    if (day_ > 0) hashes_per_s_ *= std::exp(log_growth_per_day_);
    if (day_ % kPeriodDays == 0) decide(market);
    ++day_;
    next_change_ = Time::days(static_cast<double>(day_));
  }

 private:
  void decide(const MiningMarket& market) {
    AICMP_ASSERT(market.btc_usd > 0.0 && market.hash_price_usd_per_phs_day > 0.0);
    // Newest first: the view that counts, lag_periods old, is the last but one, and the one before
    // it, needed for the price change, the last. Young worlds repeat their oldest view.
    seen_.push_front(market);
    const auto kept = static_cast<std::size_t>(reaction_.lag_periods) + 2;
    if (seen_.size() > kept) seen_.pop_back();
    const MiningMarket& view = seen_[std::min(kept - 2, seen_.size() - 1)];
    const MiningMarket& before = seen_.back();
    const double pull =
        std::log(view.hash_price_usd_per_phs_day / reaction_.reference_usd_per_phs_day);
    const double price_change = std::log(view.btc_usd / before.btc_usd);
    log_growth_per_day_ =
        (reaction_.growth + reaction_.pull * pull + reaction_.price_elasticity * price_change +
         reaction_.noise_sd * normal(rng_)) /
        kPeriodDays;
  }

  HashPriceReaction reaction_;
  Rng rng_;
  std::deque<MiningMarket> seen_;
  std::int64_t day_ = 0;
  double log_growth_per_day_ = 0.0;
};

std::vector<HashRatePoint> read_replay(const GrowthConfig& config) {
  if (config.replay_csv.empty()) {
    throw ConfigError({}, "network.growth.replay_csv", "model = \"replay\" needs a file");
  }
  const CsvFile csv(config.replay_csv);
  if (!csv.has_column("height")) return read_hash_rates(csv);
  const BlockHistory history(csv);
  const auto epochs =
      history.epochs(parse_nbits(config.replay_first_nbits, "network.growth.replay_first_nbits"));
  std::vector<HashRatePoint> points = history.hash_rate(epochs, config.replay_window_blocks);
  if (points.empty()) {
    throw ConfigError({csv.path(), 0}, "height",
                      "a hash rate needs two blocks of an epoch that begins in the file");
  }
  return points;
}

}  // namespace

void add_options(OptionTable& table, GrowthStep& step) {
  table.add("day", step.day, "d", Limits::at_least(0.0), "Days after the start.");
  table.add("factor", step.factor, "", {.min = 0.0, .max = 1e6, .min_open = true},
            "The hash rate is multiplied by this and stays so.");
}

void add_options(OptionTable& table, GrowthConfig& config) {
  table.add_choice("network.growth.model", config.model,
                   {{"fixed", GrowthModel::kFixed},
                    {"scheduled", GrowthModel::kScheduled},
                    {"replay", GrowthModel::kReplay},
                    {"hash_price", GrowthModel::kHashPrice}},
                   "How the hash rate outside our pool changes. fixed: never; scheduled: "
                   "exponential growth and steps; replay: from a file; hash_price: reacts to hash "
                   "price and coin price every 14 days, with a lag.");
  table.add("network.growth.growth_per_14_days", config.growth_per_14_days, "",
            Limits::between(-0.9, 1.0), "scheduled: relative growth per 14 days, 0.05 is +5 %.");
  table.add_tables<GrowthStep>("network.growth.steps", config.steps, add_options,
                               "scheduled: sudden changes at given days.");
  table.add_path(
      "network.growth.replay_csv", config.replay_csv,
      "replay: CSV with columns time,hashes_per_s, or height,time of consecutive blocks.");
  table.add("network.growth.replay_first_nbits", config.replay_first_nbits,
            "replay of blocks: nBits, as eight hex digits, of the first difficulty epoch that "
            "begins in the file.");
  table.add("network.growth.replay_window_blocks", config.replay_window_blocks, "blocks",
            Limits::between(1.0, 2016.0), "replay of blocks: hash rate is averaged over so many.");
  table.add("network.growth.reaction.growth", config.reaction.growth, "",
            Limits::between(-1.0, 1.0), "hash_price: log growth per 14 days at reference price.");
  table.add("network.growth.reaction.pull", config.reaction.pull, "", Limits::between(0.0, 1.0),
            "hash_price: log growth per 14 days per log distance from the reference hash price.");
  table.add("network.growth.reaction.price_elasticity", config.reaction.price_elasticity, "",
            Limits::between(-1.0, 1.0), "hash_price: log growth per log change of the coin price.");
  table.add("network.growth.reaction.noise_sd", config.reaction.noise_sd, "",
            Limits::between(0.0, 1.0), "hash_price: standard deviation of log growth per 14 days.");
  table.add("network.growth.reaction.reference_usd_per_phs_day",
            config.reaction.reference_usd_per_phs_day, "USD/PH/s/day", Limits::positive(),
            "hash_price: hash price at which the pull vanishes.");
  table.add("network.growth.reaction.lag_periods", config.reaction.lag_periods, "14 days",
            Limits::between(0.0, 26.0), "hash_price: age of the prices that miners react to.");
}

std::unique_ptr<HashGrowth> make_hash_growth(const GrowthConfig& config,
                                             double initial_hashes_per_s, std::int64_t start_unix_s,
                                             const WorldKey& key) {
  switch (config.model) {
    case GrowthModel::kFixed:
      return std::make_unique<FixedHashRate>(initial_hashes_per_s);
    case GrowthModel::kScheduled:
      return std::make_unique<ScheduledGrowth>(config, initial_hashes_per_s);
    case GrowthModel::kHashPrice:
      return std::make_unique<HashPriceGrowth>(config.reaction, initial_hashes_per_s, key);
    case GrowthModel::kReplay:
      break;
  }
  std::vector<HashRatePoint> points = read_replay(config);
  if (start_unix_s < points.front().from_unix_s || start_unix_s > points.back().from_unix_s) {
    throw ConfigError(
        {}, "network.start_unix_s",
        fmt::format("{} is not covered by {}", start_unix_s, config.replay_csv),
        fmt::format("[{}, {}]", points.front().from_unix_s, points.back().from_unix_s));
  }
  return std::make_unique<ReplayedHashRate>(std::move(points), start_unix_s);
}

}  // namespace aicmp
