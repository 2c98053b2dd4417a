#include "sim/chain/network.hpp"

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

OwnerId find_rival(const SelfishConfig& selfish, const Owners& owners) {
  const OwnerId rival = owners.find(selfish.pool);
  if (selfish.exists() && rival == kNobody) {
    throw ConfigError({}, "attack.selfish.pool",
                      fmt::format("no pool is called '{}'", selfish.pool),
                      "a name in network.pools");
  }
  return rival;
}

}  // namespace

void add_options(OptionTable& table, NetworkConfig& config) {
  add_options(table, config.chain);
  table.add("network.hash_rate_ehs", config.hash_rate_ehs, "EH/s", Limits::between(0.0, 1e9),
            "Hash rate outside our pool at the start.");
  table.add("network.propagation_delay_s", config.propagation_delay_s, "s",
            Limits::between(0.0, 600.0),
            "Time until miners other than its finder work on a new block; makes stale blocks.");
  table.add_choice("network.tie_break", config.tie_break,
                   {{"first_seen", TieBreak::kFirstSeen}, {"random", TieBreak::kRandom}},
                   "Which block of a selfish pool's race the others extend: the one that they "
                   "heard of first (attack.selfish.gamma), or either.");
  add_options(table, config.growth);
  add_options(table, config.selfish);
  table.add_tables<OtherPool>("network.pools", config.pools, add_options,
                              "Other pools; who is not listed mines alone.");
  add_options(table, config.replay);
}

Network::Network(const NetworkConfig& config, const WorldKey& key)
    : chain_(config.chain, key),
      owners_(config.pools),
      growth_(make_hash_growth(config.growth, config.hash_rate_ehs * 1e18,
                               config.chain.start_unix_s, key)),
      process_(key),
      race_(Time::seconds(config.propagation_delay_s), key),
      rival_(find_rival(config.selfish, owners_)),
      selfish_(config.selfish, config.tie_break == TieBreak::kRandom ? 0.5 : config.selfish.gamma,
               key),
      our_pool_id_(config.replay.our_pool_id),
      replay_winner_(key, StreamId::kBlockWinner) {
  if (!config.replay.blocks_csv.empty()) {
    replay_.emplace(config.replay, config.chain.start_height, config.chain.start_unix_s);
  }
  update_rate(Time());
}

void Network::set_pool_rate(Time now, double hashes_per_s, double elsewhere_hashes_per_s) {
  pool_hashes_per_s_ = hashes_per_s;
  elsewhere_hashes_per_s_ = elsewhere_hashes_per_s;
  update_rate(now);
}

void Network::set_pool_miners(std::function<PoolMiner(double within)> miners) {
  pool_miners_ = std::move(miners);
}

NetworkBlock Network::find_block() {
  if (!due_.empty()) return take_due();
  if (replay_) return replay_block();
  chain_time_ = process_.next_time();
  const Winner winner = owners_.winner(process_.take(), pool_share());
  const bool ours = winner.owner == kOurPool;
  const PoolMiner miner = ours ? pool_miners_(winner.within) : PoolMiner();
  if (miner.withholds) {
    due_.push_back({winner, RaceOutcome::kWithheld});
  } else if (selfish_.acts(chain_time_)) {
    race_selfishly(winner, miner.latency_s);
  } else {
    due_.push_back({winner, decide(winner, miner.latency_s)});
  }
  return take_due();
}

/// Whether a block is in time by propagation alone.
RaceOutcome Network::decide(const Winner& winner, double latency_s) {
  return race_.decide(chain_time_, winner.owner, owners_.share(winner.owner, pool_share()),
                      Time::seconds(latency_s));
}

void Network::race_selfishly(const Winner& winner, double latency_s) {
  const Winner rival{rival_, 0.0};
  const bool owns_tip = winner.owner != kNobody && winner.owner == race_.tip_owner();
  switch (winner.owner == rival_ ? selfish_.find() : selfish_.see(owns_tip)) {
    case SelfishRival::Move::kHide:
      due_.push_back({rival, RaceOutcome::kHidden});
      break;
    case SelfishRival::Move::kWin:
    case SelfishRival::Move::kFollow:
      due_.push_back({rival, RaceOutcome::kReplaces});
      due_.push_back({winner, RaceOutcome::kMain});
      race_.set_tip(chain_time_, winner.owner);
      break;
    case SelfishRival::Move::kTooLate: {
      due_.push_back({winner, RaceOutcome::kStale});
      const auto published = static_cast<std::size_t>(selfish_.publish());
      due_.insert(due_.end(), published, {rival, RaceOutcome::kMain});
      race_.set_tip(chain_time_, rival_);
      break;
    }
    case SelfishRival::Move::kExtend: {
      const RaceOutcome outcome = decide(winner, latency_s);
      if (outcome == RaceOutcome::kMain && selfish_.extended()) {
        due_.push_back({rival, RaceOutcome::kStale});
      }
      due_.push_back({winner, outcome});
      break;
    }
  }
}

NetworkBlock Network::take_due() {
  const Due due = due_.front();
  due_.pop_front();
  NetworkBlock event;
  event.found = chain_time_;
  event.winner = due.winner;
  event.outcome = due.outcome;
  if (due.outcome == RaceOutcome::kReplaces) event.loser = tip_owner_;
  if (due.outcome == RaceOutcome::kMain) {
    tip_ = chain_.connect(event.found);
    update_rate(event.found);
  }
  if (due.outcome == RaceOutcome::kMain || due.outcome == RaceOutcome::kReplaces) {
    tip_owner_ = due.winner.owner;
  }
  event.block = tip_;
  return event;
}

NetworkBlock Network::replay_block() {
  NetworkBlock event;
  event.found = replay_->next_time();
  const HistoricBlock block = replay_->take();
  const bool ours = our_pool_id_ >= 0 && block.pool_id == our_pool_id_;
  event.winner = {ours ? kOurPool : kNobody, uniform(replay_winner_)};
  event.block = tip_ = chain_.connect(event.found, block.header_unix_s);
  return event;
}

void Network::grow(const MiningMarket& market) {
  const Time now = growth_->next_change();
  growth_->advance(market);
  update_rate(now);
}

double Network::total_hashes_per_s() const {
  if (replay_) return replay_->blocks_per_s() * chain_.expected_hashes();
  return pool_hashes_per_s_ + elsewhere_hashes_per_s_ + growth_->hashes_per_s();
}

std::optional<double> Network::replayed_pool_hashes_per_s() const {
  if (!replay_ || our_pool_id_ < 0) return std::nullopt;
  return replay_->our_share() * total_hashes_per_s();
}

double Network::pool_share() const {
  const double total = total_hashes_per_s();
  return total > 0.0 ? pool_hashes_per_s_ / total : 0.0;
}

void Network::update_rate(Time now) {
  if (replay_) return;
  process_.set_rate(now, total_hashes_per_s(), chain_.expected_hashes());
}

}  // namespace aicmp
