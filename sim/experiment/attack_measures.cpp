#include "sim/experiment/attack_measures.hpp"

#include <algorithm>
#include <numeric>

#include "sim/experiment/counts.hpp"
#include "sim/experiment/ratio.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

class AttackCollector {
 public:
  explicit AttackCollector(const World& world) : world_(world) {}

  std::vector<Measure> collect() {
    if (world_.scenario().pool.front_end.flood.exists()) flood();
    if (world_.scenario().attack.connections.exists()) connections();
    if (world_.scenario().attack.theft.exists()) theft();
    if (world_.scenario().attack.hijack.exists()) hijack();
    if (world_.scenario().network.selfish.exists()) selfish();
    if (world_.pool().monitor().enabled()) detection();
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

  void connections() {
    const ConnectionTally& tally = world_.whereabouts().connections().tally();
    const ConnectionFloodConfig& attack = world_.scenario().attack.connections;
    const ConnectionConfig& config = world_.scenario().pool.connections;
    const auto attacks = static_cast<double>(tally.attacks);
    const double here_hashes = world_.pool().expected_blocks() * world_.chain().expected_hashes();
    add("connections_opened", attacks);
    add("connections_addresses", static_cast<double>(attack.addresses));
    add("connections_refused_fraction", ratio(static_cast<double>(tally.attacks_refused), attacks));
    add("connections_tls_cpu_s", static_cast<double>(tally.handshakes()) * config.tls_ms * 1e-3);
    add("connections_miners_refused_fraction",
        ratio(static_cast<double>(tally.refused), static_cast<double>(tally.attempts)));
    add("connections_miners_timed_out_fraction",
        ratio(static_cast<double>(tally.timed_out), static_cast<double>(tally.attempts)));
    add("connections_miners_lost_fraction",
        ratio(world_.whereabouts().cut_off_hashes(),
              world_.whereabouts().cut_off_hashes() + here_hashes));
    add("connections_noticed_after_min", tally.first_full != Time::forever()
                                             ? (tally.first_full.in_hours() - attack.begin_h) * 60.0
                                             : kNoValue);
  }

  void theft() {
    const Theft& theft = world_.theft();
    add("theft_attempts", static_cast<double>(theft.attempts()));
    add("theft_accounts", static_cast<double>(theft.thefts()));
    add("theft_held_days", ratio(theft.held_days(), static_cast<double>(theft.ended())));
    add("theft_noticed_after_days",
        theft.noticed() > 0 ? theft.noticed_days() / static_cast<double>(theft.noticed())
                            : kNoValue);
    add("theft_cost_usd",
        static_cast<double>(theft.attempts()) * world_.scenario().attack.theft.cost_usd);
  }

  void hijack() {
    const Hijack& hijack = world_.whereabouts().hijack();
    const std::span<const double> taken_sat = world_.whereabouts().hijacked().expected_sat();
    const double taken = std::accumulate(taken_sat.begin(), taken_sat.end(), 0.0);
    const std::span<const double> here_sat = world_.pool().expected_sat();
    const double here = std::accumulate(here_sat.begin(), here_sat.end(), 0.0);
    const auto noticed = static_cast<double>(hijack.noticed());
    add("hijack_miners", static_cast<double>(hijack.victims()));
    add("hijack_taken_btc", taken / static_cast<double>(kSatoshiPerBtc));
    add("hijack_miners_lost_fraction", ratio(taken, taken + here));
    add("hijack_noticed_fraction", ratio(noticed, static_cast<double>(hijack.victims())));
    add("hijack_noticed_after_h", noticed > 0.0 ? hijack.mean_delay_h() : kNoValue);
  }

  void selfish() {
    const SelfishTally& tally = world_.network().selfish();
    const auto found = static_cast<double>(tally.found);
    const auto main = static_cast<double>(tally.main);
    const auto others = static_cast<double>(tally.others_found);
    const auto others_lost = static_cast<double>(tally.others_lost);
    const double share = ratio(found, found + others);
    const double chain_share = ratio(main, main + others - others_lost);
    add("selfish_share", share);
    add("selfish_chain_share", chain_share);
    add("selfish_gain", ratio(chain_share, share) - 1.0);
    add("selfish_lost_fraction", ratio(static_cast<double>(tally.lost), found));
    add("selfish_others_lost_fraction", ratio(others_lost, others));
    const WorldTotals& totals = world_.totals();
    const auto ours_lost = static_cast<double>(totals.pool_stale_blocks);
    add("selfish_miners_lost_fraction",
        ratio(ours_lost, ours_lost + static_cast<double>(totals.pool_blocks)));
    const std::span<const Time> alarms = world_.forks().alarms();
    const Time begin = Time::hours(world_.scenario().network.selfish.begin_h);
    const auto seen = std::lower_bound(alarms.begin(), alarms.end(), begin);
    add("selfish_noticed_after_h", seen != alarms.end() ? (*seen - begin).in_hours() : kNoValue);
    add("selfish_false_alarms", static_cast<double>(seen - alarms.begin()));
  }

  void detection() {
    const Detection& detection = world_.detection();
    const auto seen = static_cast<double>(detection.delay_h().count());
    const double drops = seen + static_cast<double>(detection.missed());
    add("detection_drops", drops);
    add("detection_noticed_fraction", ratio(seen, drops));
    add("detection_delay_h", seen > 0.0 ? detection.delay_h().mean() : kNoValue);
    add("detection_false_alarms_per_miner_year",
        ratio(static_cast<double>(detection.false_alarms()), detection.watched_years()));
    if (detection.withholders() == 0) return;
    const Moments& found = detection.withholding_delay_h();
    add("detection_withholders_found_fraction",
        ratio(static_cast<double>(found.count()), static_cast<double>(detection.withholders())));
    add("detection_withholding_delay_h", found.count() > 0 ? found.mean() : kNoValue);
  }

  const World& world_;
  std::vector<Measure> measures_;
};

}  // namespace

std::vector<Measure> measure_attacks(const World& world) {
  return AttackCollector(world).collect();
}

}  // namespace aicmp
