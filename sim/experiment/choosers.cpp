#include "sim/experiment/choosers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/base/distributions.hpp"
#include "sim/experiment/offer.hpp"

namespace aicmp {
namespace {

constexpr std::uint32_t kNoChooser = std::numeric_limits<std::uint32_t>::max();
constexpr double kTie = 1e-12;  // of fair income: what rounding can make
constexpr double kHoursPerWeek = 168.0;

}  // namespace

Choosers::Choosers(const FleetConfig& fleet, const Population& miners, const WorldKey& key)
    : key_(Rng::split(key)), review_period_(Time::hours(fleet.review_hours)) {
  if (!fleet.has_choice()) return;
  for (const OutsidePool& pool : fleet.outside) outside_.push_back(offer_of(pool));
  for (const GroupConfig& group : fleet.groups) {
    groups_.emplace_back();
    groups_.back().choice = group.choice;
    groups_.back().site = static_cast<std::size_t>(group.energy_site);
    groups_.back().chooses = group.behaviour == Behaviour::kChoose;
  }
  inside_.assign(miners.size(), 1.0);
  inside_days_.assign(miners.size(), 0.0);
  miner_of_account_.assign(miners.size(), kNoChooser);
  for (std::size_t i = 0; i < miners.size(); ++i) {
    const std::uint32_t group = miners.group[i];
    groups_[group].hashes_per_s += miners.hashes_per_s[i];
    groups_[group].power_w += miners.power_w[i];
    if (!groups_[group].chooses) {
      others_.push_back(miners.hashes_per_s[i]);
      continue;
    }
    if (i == 0 || miners.owner[i] != miners.owner[i - 1]) {
      const ChoiceConfig& choice = groups_[group].choice;
      Miner miner;
      miner.group = group;
      miner.first_account = i;
      miner.place.inside = choice.starts_outside ? 0 : choice.divide_into;
      choosing_.push_back(miner);
    }
    miner_of_account_[i] = static_cast<std::uint32_t>(choosing_.size() - 1);
    ++choosing_.back().accounts;
    choosing_.back().hashes_per_s += miners.hashes_per_s[i];
  }
  for (Miner& miner : choosing_) settle(miner);
  inside_at_start_ = inside_;
}

bool Choosers::review(const PoolView& view) {
  advance(view.now);
  remember(view);
  bool moved = stop_and_start(view);
  count_everybody(view);
  std::vector<std::pair<Miner*, Place>> moves;
  const double weeks = review_period_.in_hours() / kHoursPerWeek;
  for (Miner& miner : choosing_) {
    const Group& group = groups_[miner.group];
    if (!group.running) continue;
    const Place best = best_place(miner, view);
    if (best.inside == miner.place.inside && best.outside == miner.place.outside) continue;
    const double hazard =
        best.inside > miner.place.inside ? group.choice.join_per_week : group.choice.leave_per_week;
    const auto entity = static_cast<std::uint32_t>(miner.first_account);
    Rng rng(key_, StreamId::kBehaviour, entity, reviews_);
    if (uniform(rng) < -std::expm1(-hazard * weeks)) moves.emplace_back(&miner, best);
  }
  for (const auto& [miner, place] : moves) {
    departures_ += place.inside < miner->place.inside ? 1 : 0;
    arrivals_ += place.inside > miner->place.inside ? 1 : 0;
    if (miner->place.inside == 0 && place.inside > 0) {
      miner->inside_since = view.now;
      miner->earned = miner->expected = 0.0;
    }
    miner->place = place;
    settle(*miner);
    moved = true;
  }
  ++reviews_;
  return moved;
}

void Choosers::advance(Time now) {
  const double days = (now - advanced_).in_days();
  for (std::size_t i = 0; i < inside_.size(); ++i) inside_days_[i] += days * inside_[i];
  advanced_ = now;
}

double Choosers::mean_inside(std::size_t account) const {
  return advanced_ > Time() ? inside_days_[account] / advanced_.in_days() : inside_[account];
}

double Choosers::outside(std::size_t account) const {
  const std::uint32_t miner = miner_of_account_[account];
  if (miner == kNoChooser || !groups_[choosing_[miner].group].running) return 0.0;
  return 1.0 - inside_[account];
}

double Choosers::kept_outside(std::size_t account) const {
  const std::uint32_t miner = miner_of_account_[account];
  return miner == kNoChooser ? 1.0 : 1.0 - outside_[choosing_[miner].place.outside].fee;
}

std::vector<double> Choosers::hashes_per_s_outside() const {
  std::vector<double> sums(outside_.size(), 0.0);
  for (const Miner& miner : choosing_) {
    if (groups_[miner.group].running) {
      sums[miner.place.outside] += (1.0 - part(miner)) * miner.hashes_per_s;
    }
  }
  return sums;
}

double Choosers::idle_hashes_per_s() const {
  double sum = 0.0;
  for (const Group& group : groups_) sum += group.running ? 0.0 : group.hashes_per_s;
  return sum;
}

double Choosers::saved_energy_usd() const {
  double sum = 0.0;
  for (const Group& group : groups_) sum += group.saved_energy_usd;
  return sum;
}

/// Feeds the averages with what came since the last review.
void Choosers::remember(const PoolView& view) {
  const auto decay = [&](const Group& group) {
    return std::exp(-review_period_.in_days() / group.choice.memory_days);
  };
  const double all = std::accumulate(view.expected_sat.begin(), view.expected_sat.end(), 0.0);
  for (Group& group : groups_) {
    group.income = group.income * decay(group) + view.income_sat - income_total_;
    group.expected = group.expected * decay(group) + all - expected_total_;
  }
  income_total_ = view.income_sat;
  expected_total_ = all;
  for (Miner& miner : choosing_) {
    double earned = 0.0;
    double expected = 0.0;
    for (std::size_t i = miner.first_account; i < miner.first_account + miner.accounts; ++i) {
      earned += static_cast<double>(view.earned[i].value());
      expected += view.expected_sat[i];
    }
    const double kept = decay(groups_[miner.group]);
    miner.earned = miner.earned * kept + earned - miner.earned_total;
    miner.expected = miner.expected * kept + expected - miner.expected_total;
    miner.earned_total = earned;
    miner.expected_total = expected;
  }
}

bool Choosers::stop_and_start(const PoolView& view) {
  bool changed = false;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    Group& group = groups_[g];
    const double usd_per_w = view.energy_usd_per_w[group.site] - group.energy_usd_per_w;
    group.energy_usd_per_w = view.energy_usd_per_w[group.site];
    if (!group.chooses || !group.choice.stops_at_loss) continue;
    if (!group.running) group.saved_energy_usd += usd_per_w * group.power_w;
    const double cost_usd_per_phs_day =
        usd_per_w / review_period_.in_days() * group.power_w / (group.hashes_per_s * 1e-15);
    const double band = group.choice.restart_band * (group.running ? -1.0 : 1.0);
    const bool runs = view.hash_price_usd_per_phs_day >= cost_usd_per_phs_day * (1.0 + band);
    if (runs == group.running) continue;
    group.running = runs;
    changed = true;
    for (Miner& miner : choosing_) {
      if (miner.group == g) settle(miner);
    }
  }
  return changed;
}

void Choosers::count_everybody(const PoolView& view) {
  const double eta = view.offer.eta;
  hashes_inside_ = std::accumulate(others_.begin(), others_.end(), 0.0);
  weight_inside_ = hashes_inside_;
  if (eta != 1.0) {
    weight_inside_ = 0.0;
    for (const double hashes : others_) weight_inside_ += std::pow(hashes, eta);
  }
  hashes_outside_ = hashes_per_s_outside();
  for (std::size_t j = 0; j < outside_.size(); ++j) {
    hashes_outside_[j] += outside_[j].outside_share * view.network_hashes_per_s;
  }
  for (Group& group : groups_) {
    group.part_weights.clear();
    const auto parts = static_cast<double>(group.choice.divide_into);
    for (std::int64_t k = 0; k <= group.choice.divide_into; ++k) {
      group.part_weights.push_back(k > 0 ? std::pow(static_cast<double>(k) / parts, eta) : 0.0);
    }
  }
  for (Miner& miner : choosing_) {
    const auto accounts = static_cast<double>(miner.accounts);
    miner.weight = accounts * std::pow(miner.hashes_per_s / accounts, eta);
    if (!groups_[miner.group].running) continue;
    hashes_inside_ += part(miner) * miner.hashes_per_s;
    weight_inside_ += weight(miner, miner.place.inside);
  }
}

double Choosers::part(const Miner& miner) const {
  return static_cast<double>(miner.place.inside) /
         static_cast<double>(groups_[miner.group].choice.divide_into);
}

double Choosers::weight(const Miner& miner, std::int64_t inside) const {
  return miner.weight * groups_[miner.group].part_weights[static_cast<std::size_t>(inside)];
}

Company Choosers::company_inside(const Miner& miner, double blocks_per_hash) const {
  const double hashes = std::max(0.0, hashes_inside_ - part(miner) * miner.hashes_per_s);
  return {hashes * blocks_per_hash,
          std::max(0.0, weight_inside_ - weight(miner, miner.place.inside))};
}

Company Choosers::company_outside(const Miner& miner, std::size_t pool,
                                  double blocks_per_hash) const {
  double hashes = hashes_outside_[pool];
  if (pool == miner.place.outside) hashes -= (1.0 - part(miner)) * miner.hashes_per_s;
  hashes = std::max(0.0, hashes);
  return {hashes * blocks_per_hash, hashes};
}

/// By what the miner's experience differs from what the rule promises it.
double Choosers::correction(const Miner& miner, const PoolView& view) const {
  const Group& group = groups_[miner.group];
  const ChoiceConfig& choice = group.choice;
  const Time memory = Time::days(choice.memory_days);
  if (choice.judges_by == PoolJudgement::kRule || miner.place.inside == 0) return 1.0;
  if (view.now - miner.inside_since < memory || miner.expected <= 0.0) return 1.0;
  if (group.income <= 0.0) return 1.0;
  // What was taken back or forfeited may be more than what was earned since.
  double pay = std::max(0.0, miner.earned) / miner.expected;
  if (choice.judges_by == PoolJudgement::kFee) pay /= group.income / group.expected;
  const double blocks = part(miner) * miner.hashes_per_s * view.blocks_per_hash;
  const double promised = pool_worth(view.offer, blocks, weight(miner, miner.place.inside),
                                     company_inside(miner, view.blocks_per_hash), 0.0);
  return pay * blocks / promised;
}

Choosers::Place Choosers::best_place(const Miner& miner, const PoolView& view) const {
  const ChoiceConfig& choice = groups_[miner.group].choice;
  const double income = miner.hashes_per_s * view.blocks_per_hash;
  const double alpha = choice.risk_aversion / (choice.wealth_days * income);
  PoolOffer here = view.offer;
  here.fee = 1.0 - correction(miner, view) * (1.0 - here.fee);
  const Company us = company_inside(miner, view.blocks_per_hash);
  const auto worth = [&](const Place& place) {
    const double in = static_cast<double>(place.inside) / static_cast<double>(choice.divide_into);
    double sum = 0.0;
    if (in > 0.0) {
      sum += pool_worth(here, in * income, weight(miner, place.inside), us, alpha);
    }
    if (in < 1.0) {
      const double out = 1.0 - in;
      sum += pool_worth(outside_[place.outside], out * income, out * miner.hashes_per_s,
                        company_outside(miner, place.outside, view.blocks_per_hash), alpha);
    }
    return sum;
  };
  Place best = miner.place;
  double most = worth(best) + (choice.switching_cost + kTie) * income;
  for (std::int64_t inside = 0; inside <= choice.divide_into; ++inside) {
    for (std::size_t pool = 0; pool < outside_.size(); ++pool) {
      const Place place{inside, inside < choice.divide_into ? pool : miner.place.outside};
      const double value = worth(place);
      if (value > most) {
        most = value;
        best = place;
      }
      if (inside == choice.divide_into) break;
    }
  }
  return best;
}

void Choosers::settle(Miner& miner) {
  const double here = groups_[miner.group].running ? part(miner) : 0.0;
  for (std::size_t i = 0; i < miner.accounts; ++i) inside_[miner.first_account + i] = here;
}

}  // namespace aicmp
