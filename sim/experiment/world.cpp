#include "sim/experiment/world.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/chain/retarget.hpp"
#include "sim/experiment/offer.hpp"

namespace aicmp {
namespace {

std::vector<EnergyMeter> make_meters(const Scenario& scenario, const WorldKey& key) {
  std::vector<EnergyMeter> meters;
  const std::vector<SiteConfig> sites = sites_of(scenario);
  for (std::uint32_t i = 0; i < sites.size(); ++i) {
    try {
      meters.emplace_back(EnergyPrice(sites[i].energy, key, i, scenario.network.chain.start_unix_s,
                                      scenario.run.horizon()));
    } catch (const ConfigError& error) {
      throw scenario.sites.empty() ? error : error.under(fmt::format("sites[{}].", i));
    }
  }
  return meters;
}

std::vector<bool> withholders(const Scenario& scenario, const Population& miners) {
  std::vector<bool> withhold;
  for (const std::uint32_t group : miners.group) {
    withhold.push_back(scenario.fleet.groups[group].behaviour == Behaviour::kWithhold);
  }
  return withhold;
}

}  // namespace

World::World(const Scenario& scenario, const WorldKey& key, Observer* observer,
             const LedgerOrder& ledger) try
    : scenario_(scenario),
      key_(key),
      observer_(observer),
      network_(scenario.network, key),
      price_(scenario.price, key, scenario.network.chain.start_unix_s, scenario.run.horizon()),
      fees_(make_fee_source(scenario.fees, key, scenario.network.chain.start_unix_s,
                            scenario.run.horizon(), &price_)),
      miners_(draw_population(scenario.fleet, key)),
      pool_(scenario.pool, {miners_.hashes_per_s, miners_.latency_s, miners_.share_difficulty},
            scenario.run.fidelity, key),
      paying_(paying_scheme(scenario.pool)),
      whereabouts_(scenario, miners_, key),
      theft_(scenario.attack.theft, scenario.pool.login, miners_.size(), key),
      detection_(scenario.pool.monitor, withholders(scenario, miners_)),
      forks_(scenario.pool.monitor.false_alarms_per_year,
             scenario.network.propagation_delay_s / static_cast<double>(kTargetSpacingS)),
      temperatures_(scenario.pool.monitor.temperature),
      inspections_(scenario.pool.detection, miners_, key),
      sites_(sites_of(scenario)),
      energy_(make_meters(scenario, key)),
      fpps_fees_(scenario.pool.fpps),
      variation_(pool_.accounts().size(), PayoutVariation(pool_.miners())),
      first_payouts_(pool_.accounts().size(), FirstPayouts(pool_.miners())),
      ruin_reported_(pool_.accounts().size(), false) {
  if (scenario.feedback.enabled) {
    feedback_.emplace(scenario.feedback, pool_.miners(), pool_.accounts().size());
  }
  if (!scenario.network.replay.epochs_csv.empty()) {
    record_.emplace(scenario.network.replay.epochs_csv);
  }
  network_.set_pool_miners([this](double within) {
    const std::uint32_t miner = pool_.miner_at(within);
    const GroupConfig& group = scenario_.fleet.groups[miners_.group[miner]];
    return PoolMiner{pool_.latency_s(miner), group.behaviour == Behaviour::kWithhold};
  });
  if (ledger.ledger != nullptr) pool_.keep_ledger(*ledger.ledger, ledger.scenario_sha256);
  pool_.on_network(now_, chain().difficulty(), chain().next_subsidy());
  if (whereabouts_.choosers().exist()) {
    move_miners();
    repeat(kReview, Time::hours(scenario.fleet.review_hours));
  }
  if (whereabouts_.spreaders().exist()) {
    move_miners();
    order(kRotation, whereabouts_.spreaders().next());
  }
  if (scenario.fleet.has_machines()) {
    plant_.emplace(scenario.fleet, sites_, miners_, key, scenario.network.chain.start_unix_s,
                   scenario.run.horizon());
    run_machines();
  }
  if (whereabouts_.connections().exist()) run_connections();
  tell_rates();
  follow_replay();
  detection_.set(now_, pool_.hashes_per_s());
  check_share_rates();
  pool_.expect_fees(fees().mean_144);
  repeat(kDay, Time::days(1));
  repeat(kSettlement, Time::hours(scenario.pool.settlement_hours));
  if (scenario.pool.payout.dividend > 0.0) {
    repeat(kDividend, Time::days(scenario.pool.payout.dividend_days));
  }
  repeat(kVariation, Time::days(scenario.run.variation_days));
  repeat(kSample, Time::hours(scenario.run.sample_hours));
  order(kInspection, inspections_.next());
  order(kTheft, theft_.next());
  order_hijack();
  if (scenario.pool.monitor.enabled) repeat(kWatch, pool_.monitor().interval());
  if (observer_ != nullptr) observer_->on_sample(*this);
} catch (const ConfigError& error) {
  throw scenario.origin.located(error);
}

/// Refuses what sends more shares between two blocks than counts of flow fidelity can hold.
void World::check_share_rates() const {
  if (scenario_.run.fidelity != Fidelity::kFlow) return;
  constexpr double kLongWait = 20.0;  // mean intervals; one in 5e8 is longer
  constexpr double kMostShares = 0x1p31;
  const double interval_s = chain().expected_hashes() / network_.total_hashes_per_s();
  const double wait_s = std::min(86400.0, kLongWait * interval_s);
  const auto rates = pool_.shares_per_s();
  const auto fastest = std::max_element(rates.begin(), rates.end());
  if (*fastest * wait_s <= kMostShares) return;
  const auto account = static_cast<std::size_t>(fastest - rates.begin());
  const std::uint32_t group = miners_.group[account];
  throw ConfigError(
      {},
      miners_.share_difficulty[account] > 0.0
          ? fmt::format("fleet.groups[{}].share_difficulty", group)
          : "pool.share_difficulty",
      fmt::format("one miner sends {:.3g} shares a second, too many to count", *fastest),
      fmt::format(">= {:.3g}",
                  pool_.share_difficulty()[account] * *fastest * wait_s / kMostShares));
}

void World::repeat(Kind kind, Time period) {
  calendar_.push(now_ + period, kind, 0);
}

void World::order(Kind kind, Time time) {
  if (time != Time::forever()) calendar_.push(time, kind, 0);
}

void World::advance(Time until) {
  until = std::min(until, scenario_.run.horizon());
  for (;;) {
    const Time block = network_.next_block_time();
    const Time growth = network_.next_growth_time();
    const Time event = calendar_.next_time();
    const Time leave = whereabouts_.hoppers().next_leave();
    const Time next = std::min({block, growth, event, leave});
    if (next > until) break;
    now_ = next;
    if (next == event) {
      handle(static_cast<Kind>(calendar_.pop().kind));
    } else if (next == growth) {
      grow();
    } else if (next == leave) {
      whereabouts_.hoppers().leave();
      move_miners();
    } else {
      find_block();
    }
  }
  now_ = until;
}

void World::close() {
  pool_.close_ledger(now_);
  whereabouts_.book(now_);
  whereabouts_.choosers().advance(now_);
  for (EnergyMeter& meter : energy_) meter.advance(now_);
  if (plant_) {
    plant_->close();
    tell_notices();
  }
  report_ruin();
  if (fate_open_) tell_fate(BlockFate::kMain);
}

void World::set_limits(std::uint32_t miner, const OwnerLimits& limits) {
  if (!plant_) throw ConfigError({}, "miner", "there are no modelled machines in this scenario");
  plant_->set_limits(miner, limits);
}

std::int64_t World::notices(std::uint32_t miner) const {
  if (!pool_.monitor().enabled()) return 0;
  return pool_.monitor().notices(miner) + temperatures_.notices(miner);
}

double World::fleet_scale() const {
  if (!network_.replayed_pool_hashes_per_s()) return 1.0;
  return pool_.total_hashes_per_s() / miners_.total_hashes_per_s();
}

double World::hash_price_usd_per_phs_day() const {
  const double reward_btc = (chain().next_subsidy() + fees().mean_144).btc();
  const double blocks_per_phs_day = 1e15 * 86400.0 / chain().expected_hashes();
  return reward_btc * price_usd() * blocks_per_phs_day;
}

void World::grow() {
  network_.grow({price_usd(), hash_price_usd_per_phs_day()});
}

void World::tell_fate(BlockFate fate) {
  fate_open_ = false;
  if (observer_ != nullptr) observer_->on_pool_block(*this, last_of_ours_, fate);
}

void World::alarm(AlarmKind kind, std::optional<std::uint32_t> miner) {
  if (observer_ != nullptr) observer_->on_alarm(*this, {now_, kind, miner});
}

void World::find_block() {
  const NetworkBlock found = network_.find_block();
  const bool ours = found.winner.owner == kOurPool;
  if (found.outcome == RaceOutcome::kHidden) return;
  if (found.outcome == RaceOutcome::kWithheld) {
    ++totals_.withheld_blocks;
    return;
  }
  if (found.outcome != RaceOutcome::kMain) forks_.count_stale();
  if (found.outcome == RaceOutcome::kStale) {
    ++totals_.stale_blocks;
    if (!ours) return;
    ++totals_.pool_stale_blocks;
    const std::uint32_t finder = pool_.miner_at(found.winner.within);
    pool_.win_stale(now_, finder);
    if (observer_ == nullptr) return;
    PoolBlock late{
        next_block_id_++, found.block.height, now_, finder, found.block.old_difficulty, {}, {}};
    observer_->on_pool_block(*this, late, BlockFate::kStale);
    return;
  }
  if (found.outcome == RaceOutcome::kReplaces) {
    ++totals_.stale_blocks;
    if (found.loser == kOurPool) {
      --totals_.pool_blocks;
      ++totals_.pool_stale_blocks;
      pool_.lose(last_of_ours_);
      tell_fate(BlockFate::kOrphaned);
    }
  } else {
    if (fate_open_) tell_fate(BlockFate::kMain);
    ++totals_.main_blocks;
    if (scenario_.pool.monitor.enabled && forks_.count_block(now_)) alarm(AlarmKind::kForks);
    totals_.interval_s.add((now_ - last_main_).in_seconds());
    const Satoshi fees = fees_->next_block({last_main_, now_, template_age(now_ - last_main_)});
    tell_templates(fees);
    totals_.block_fees_btc.add(fees.btc());
    day_fees_sat_.add(static_cast<double>(fees.value()));
    fpps_fees_.add(fees);
    last_main_ = now_;
  }
  accept_block(found);
}

Time World::template_age(Time since_last_block) const {
  const Time refresh = Time::seconds(scenario_.fees.template_refresh_s);
  return refresh > Time() ? Time::nanoseconds(since_last_block.ns() % refresh.ns()) : Time();
}

/// The templates between the last block and this one, which knew of its fees what had arrived:
/// arrivals are taken to be even.
void World::tell_templates(Satoshi block_fees) {
  const Time refresh = Time::seconds(scenario_.fees.template_refresh_s);
  if (refresh == Time() || !pool_.needs_templates()) return;
  const Time newest = now_ - template_age(now_ - last_main_);
  const double per_s = static_cast<double>(block_fees.value()) / (newest - last_main_).in_seconds();
  for (Time t = last_main_ + refresh; t <= newest; t += refresh) {
    const double grown = per_s * (t - last_main_).in_seconds();
    pool_.refresh_template(t, Satoshi(std::llround(grown)));
  }
}

void World::accept_block(const NetworkBlock& found) {
  if (found.winner.owner == kOurPool) {
    ++totals_.pool_blocks;
    last_of_ours_ = {next_block_id_++,
                     found.block.height,
                     now_,
                     pool_.miner_at(found.winner.within),
                     found.block.old_difficulty,
                     found.block.subsidy,
                     fees().last};
    pool_.win(last_of_ours_);
    for (const TermsChange& change : pool_.change_terms(now_)) {
      if (observer_ != nullptr) observer_->on_terms(*this, change);
    }
    fate_open_ = true;
    if (whereabouts_.hoppers().exist()) {
      whereabouts_.hoppers().begin_round(now_);
      move_miners();
    }
  }
  pool_.new_tip(now_);
  pool_.mature(found.block.height);
  if (found.outcome == RaceOutcome::kMain && (found.block.retargeted || found.block.halved)) {
    pool_.on_network(now_, chain().difficulty(), chain().next_subsidy());
    whereabouts_.book(now_);
    tell_rates();
    if (found.block.retargeted) retarget(found.block);
  }
  report_ruin();
  if (observer_ != nullptr) observer_->on_chain(*this, found);
}

void World::retarget(const ConnectedBlock& block) {
  ++totals_.retargets;
  if (record_) {
    if (const auto truth = record_->nbits(block.height + 1)) {
      ++totals_.checked_retargets;
      if (*truth == chain().nbits()) ++totals_.equal_retargets;
    }
  }
  follow_replay();
}

void World::tell_rates() {
  if (network_.replayed_pool_hashes_per_s()) return;
  const double here = pool_.total_hashes_per_s();
  const double running = miners_.total_hashes_per_s() - whereabouts_.stopped_hashes_per_s(plant());
  network_.set_pool_rate(now_, here, std::max(0.0, running - here));
  whereabouts_.hoppers().set_pace(now_, here / chain().expected_hashes());
  const double sat_per_hash =
      static_cast<double>((chain().next_subsidy() + fees().mean_144).value()) /
      chain().expected_hashes();
  whereabouts_.set_value(sat_per_hash);
}

/// Machines live until their next control point; what they hash meanwhile holds from now on.
void World::run_machines() {
  tell_notices();
  if (scenario_.pool.monitor.enabled && now_ > Time()) report_temperatures();
  plant_->step(hash_price_usd_per_phs_day());
  move_miners();
  if (plant_->until() < scenario_.run.horizon()) calendar_.push(plant_->until(), kMachines, 0);
}

void World::tell_notices() {
  if (observer_ == nullptr) return;
  for (const SiteNotice& notice : plant_->notices()) observer_->on_site_notice(*this, notice);
}

void World::report_temperatures() {
  std::vector<BoardReport> reports(plant_->machines());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    // Firmware tells whole degrees.
    reports[i] = {plant_->account_of(i), std::round(plant_->celsius(i)), plant_->limits(i).warn_c};
  }
  for (const HotNotice& notice : temperatures_.look(now_, reports)) {
    if (observer_ != nullptr) observer_->on_hot(*this, notice);
  }
}

void World::move_miners() {
  pool_.set_present(now_, whereabouts_.move(now_, plant()));
  detection_.set(now_, pool_.hashes_per_s());
  tell_rates();
}

void World::review() {
  pool_.flush(now_);
  for (EnergyMeter& meter : energy_) meter.advance(now_);
  const Account& account = pool_.accounts()[paying_];
  const std::span<const double> expected = pool_.expected_sat();
  PoolView view;
  view.now = now_;
  view.offer =
      offer_of(account.config, account.scheme->terms(), chain().next_subsidy(), fees().mean_144);
  view.earned = account.book.earned();
  view.expected_sat = expected;
  view.income_sat = account.scheme->miners_bear_luck()
                        ? static_cast<double>(account.book.income().value())
                        : std::accumulate(expected.begin(), expected.end(), 0.0);
  view.blocks_per_hash = 86400.0 / chain().expected_hashes();
  view.network_hashes_per_s = network_.total_hashes_per_s();
  view.hash_price_usd_per_phs_day = hash_price_usd_per_phs_day();
  for (const EnergyMeter& meter : energy_) view.energy_usd_per_w.push_back(meter.usd_per_w());
  if (whereabouts_.choosers().review(view)) move_miners();
}

void World::inspect() {
  const Finding finding = inspections_.take();
  ++(finding.true_alarm ? totals_.found_identities : totals_.false_alarms);
  pool_.forfeit(now_, finding.account, "taken for a false identity");
}

void World::end_day() {
  const Satoshi mean_fees =
      day_fees_sat_.count() > 0 ? Satoshi(std::llround(day_fees_sat_.mean())) : fees().mean_144;
  pool_.end_day(now_, fpps_fees_.end_day().value_or(mean_fees));
  pool_.expect_fees(mean_fees);
  if (feedback_) adjust(mean_fees);
  day_fees_sat_ = {};
}

void World::settle() {
  const std::vector<PayoutBatch> payouts = pool_.settle(now_);
  for (std::size_t i = 0; i < first_payouts_.size(); ++i) {
    first_payouts_[i].settle(now_, pool_.accounts()[i].book.paid_by_miner());
    theft_.see_payouts(i, pool_.accounts()[i].book.paid_by_miner());
  }
  if (observer_ != nullptr) observer_->on_payout(*this, payouts);
}

/// A day of the operator's loop.
void World::adjust(Satoshi mean_fees) {
  const std::vector<std::int64_t>& accepted = pool_.share_counts().accepted;
  OperatorView view;
  view.now = now_;
  view.mean_fees_btc = mean_fees.btc();
  view.subsidy_btc = chain().next_subsidy().btc();
  view.blocks = totals_.pool_blocks;
  view.expected_blocks = pool_.expected_blocks();
  view.accepted_shares = std::accumulate(accepted.begin(), accepted.end(), std::int64_t{0});
  view.share_difficulty = pool_.fixed_share_difficulty();
  view.expected_sat = pool_.expected_sat();
  view.accounts = pool_.accounts();
  view.changes = &pool_.changes();
  for (const OperatorDecision& decision : feedback_->end_day(view)) {
    pool_.decide(now_, decision);
    if (observer_ != nullptr) observer_->on_decision(*this, decision);
  }
}

void World::order_hijack() {
  if (whereabouts_.hijack().next() == hijack_ordered_) return;
  hijack_ordered_ = whereabouts_.hijack().next();
  order(kHijack, hijack_ordered_);
}

/// Miners who lose their connection have the mean of it until the next control point.
void World::run_connections() {
  const Time until = std::min(now_ + Time::seconds(60.0 * scenario_.fleet.control_minutes),
                              scenario_.run.horizon());
  whereabouts_.connections().advance(until);
  if (whereabouts_.connections().changed()) move_miners();
  if (until < scenario_.run.horizon()) calendar_.push(until, kConnection, 0);
  const Time full = whereabouts_.connections().tally().first_full;
  if (front_end_was_full_ || full > scenario_.run.horizon()) return;
  front_end_was_full_ = true;
  calendar_.push(std::max(now_, full), kFrontEndFull, 0);
}

void World::watch() {
  const std::size_t floods = pool_.monitor().traffic().alarms().size();
  const std::vector<Notice> notices = pool_.watch(now_);
  if (pool_.monitor().traffic().alarms().size() > floods) alarm(AlarmKind::kFlood);
  for (const Notice& notice : notices) {
    if (is_loss(notice.kind)) whereabouts_.hijack().notice(now_, notice.miner);
    if (observer_ != nullptr) observer_->on_notice(*this, notice);
  }
  detection_.look(now_, notices, pool_.monitor());
  order_hijack();
}

void World::follow_replay() {
  const std::optional<double> hashes_per_s = network_.replayed_pool_hashes_per_s();
  if (!hashes_per_s) return;
  pool_.scale(now_, *hashes_per_s / miners_.total_hashes_per_s());
  detection_.set(now_, pool_.hashes_per_s());
  network_.set_pool_rate(now_, *hashes_per_s);
}

void World::report_ruin() {
  for (std::size_t i = 0; i < pool_.accounts().size(); ++i) {
    if (ruin_reported_[i] || !pool_.accounts()[i].book.ruined()) continue;
    ruin_reported_[i] = true;
    if (observer_ != nullptr) observer_->on_ruin(*this, pool_.accounts()[i]);
  }
}

void World::handle(Kind kind) {
  switch (kind) {
    case kDay:
      end_day();
      repeat(kDay, Time::days(1));
      break;
    case kSettlement:
      settle();
      repeat(kSettlement, Time::hours(scenario_.pool.settlement_hours));
      break;
    case kDividend:
      pool_.pay_dividends(now_);
      repeat(kDividend, Time::days(scenario_.pool.payout.dividend_days));
      break;
    case kVariation:
      pool_.flush(now_);
      for (std::size_t i = 0; i < variation_.size(); ++i) {
        variation_[i].end_period(pool_.accounts()[i].book.earned(), pool_.expected_sat());
      }
      repeat(kVariation, Time::days(scenario_.run.variation_days));
      break;
    case kSample:
      for (EnergyMeter& meter : energy_) meter.advance(now_);
      if (observer_ != nullptr) observer_->on_sample(*this);
      repeat(kSample, Time::hours(scenario_.run.sample_hours));
      break;
    case kInspection:
      inspect();
      order(kInspection, inspections_.next());
      break;
    case kWatch:
      watch();
      repeat(kWatch, pool_.monitor().interval());
      break;
    case kReview:
      review();
      repeat(kReview, Time::hours(scenario_.fleet.review_hours));
      break;
    case kRotation:
      whereabouts_.spreaders().step();
      order(kRotation, whereabouts_.spreaders().next());
      move_miners();
      break;
    case kMachines:
      run_machines();
      break;
    case kFrontEndFull:
      alarm(AlarmKind::kFrontEndFull);
      break;
    case kTheft:
      if (const auto account = theft_.step()) alarm(AlarmKind::kTheft, account);
      order(kTheft, theft_.next());
      break;
    case kConnection:
      run_connections();
      break;
    case kHijack:
      while (whereabouts_.hijack().next() <= now_) whereabouts_.hijack().step();
      hijack_ordered_ = Time::forever();
      order_hijack();
      move_miners();
      break;
  }
  report_ruin();
}

}  // namespace aicmp
