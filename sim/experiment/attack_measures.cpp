#include "sim/experiment/attack_measures.hpp"

#include <algorithm>
#include <numeric>

#include "sim/experiment/ratio.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

double sum(std::span<const std::int64_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
}

class Collector {
 public:
  explicit Collector(const World& world) : world_(world) {}

  std::vector<Measure> collect() {
    if (world_.scenario().pool.front_end.flood.exists()) flood();
    return std::move(measures_);
  }

 private:
  void add(std::string name, double value) { measures_.push_back({"", std::move(name), value}); }

  void flood() {
    const FloodConfig& config = world_.scenario().pool.front_end.flood;
    const ShareSource& source = world_.pool().share_source();
    const FloodTally tally = source.flood();
    const auto sent = static_cast<double>(tally.sent);
    const double honest = sum(source.sent());
    add("flood_messages", sent);
    add("flood_gb", sent * kSubmitBytes * 1e-9);
    add("flood_hash_rate_ths", hash_rate_spent(config) * 1e-12);
    add("flood_addresses", static_cast<double>(config.addresses));
    add("flood_bans", static_cast<double>(tally.bans));
    add("flood_validated_fraction", ratio(static_cast<double>(tally.judged), sent));
    add("flood_miners_lost_fraction", ratio(sum(source.counts().lost), honest));
    add("flood_miners_stale_fraction", ratio(sum(source.counts().stale), honest));
    add("flood_miners_banned", static_cast<double>(source.miners_banned()));
    const std::span<const Time> alarms = world_.pool().monitor().traffic().alarms();
    const Time begin = Time::hours(config.begin_h);
    const auto seen = std::lower_bound(alarms.begin(), alarms.end(), begin);
    add("flood_noticed_after_min",
        seen != alarms.end() ? (*seen - begin).in_seconds() / 60.0 : kNoValue);
    add("flood_false_alarms", static_cast<double>(seen - alarms.begin()));
  }

  const World& world_;
  std::vector<Measure> measures_;
};

}  // namespace

std::vector<Measure> measure_attacks(const World& world) {
  return Collector(world).collect();
}

}  // namespace aicmp
