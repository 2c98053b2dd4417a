#include "sim/chain/network.hpp"

#include "sim/base/distributions.hpp"

namespace aicmp {

void add_options(OptionTable& table, NetworkConfig& config) {
  add_options(table, config.chain);
  table.add("network.hash_rate_ehs", config.hash_rate_ehs, "EH/s", Limits::between(0.0, 1e9),
            "Hash rate outside our pool at the start.");
  table.add("network.propagation_delay_s", config.propagation_delay_s, "s",
            Limits::between(0.0, 600.0),
            "Time until miners other than its finder work on a new block; makes stale blocks.");
  add_options(table, config.growth);
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
  if (replay_) return replay_block();
  const double our_share = pool_share();
  NetworkBlock event;
  event.found = process_.next_time();
  event.winner = owners_.winner(process_.take(), our_share);
  const OwnerId tip_owner = race_.tip_owner();
  const bool ours = event.winner.owner == kOurPool;
  const PoolMiner miner = ours ? pool_miners_(event.winner.within) : PoolMiner();
  if (miner.withholds) {
    event.outcome = RaceOutcome::kWithheld;
    return event;
  }
  event.outcome =
      race_.decide(event.found, event.winner.owner, owners_.share(event.winner.owner, our_share),
                   Time::seconds(miner.latency_s));
  if (event.outcome == RaceOutcome::kMain) {
    tip_ = chain_.connect(event.found);
    update_rate(event.found);
  }
  if (event.outcome == RaceOutcome::kReplaces) event.loser = tip_owner;
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
