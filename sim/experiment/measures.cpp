#include "sim/experiment/measures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "sim/base/inequality.hpp"
#include "sim/base/moments.hpp"
#include "sim/experiment/attack_measures.hpp"
#include "sim/experiment/counts.hpp"
#include "sim/experiment/deciles.hpp"
#include "sim/experiment/machine_measures.hpp"
#include "sim/experiment/pool_concentration.hpp"
#include "sim/experiment/ratio.hpp"
#include "sim/experiment/reserve_need.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

class Collector {
 public:
  explicit Collector(const World& world) : world_(world) {}

  std::vector<Measure> collect() {
    network();
    pool();
    shares();
    feedback();
    for (Measure& measure : measure_attacks(world_)) measures_.push_back(std::move(measure));
    if (world_.plant() != nullptr) {
      for (Measure& measure : measure_machines(world_)) measures_.push_back(std::move(measure));
    }
    for (std::size_t i = 0; i < world_.pool().accounts().size(); ++i) scheme(i);
    return std::move(measures_);
  }

 private:
  void add(std::string name, double value) {
    measures_.push_back({scheme_, std::move(name), value});
  }

  void network() {
    const WorldTotals& totals = world_.totals();
    add("days", world_.now().in_days());
    add("network_blocks", static_cast<double>(totals.main_blocks));
    add("network_stale_blocks", static_cast<double>(totals.stale_blocks));
    add("network_stale_fraction",
        ratio(static_cast<double>(totals.stale_blocks),
              static_cast<double>(totals.main_blocks + totals.stale_blocks)));
    add("network_mean_interval_s", totals.interval_s.mean());
    add("network_retargets", static_cast<double>(totals.retargets));
    add("network_retargets_checked", static_cast<double>(totals.checked_retargets));
    add("network_retargets_equal", static_cast<double>(totals.equal_retargets));
    add("network_difficulty", world_.chain().difficulty());
    add("network_hash_rate_ehs", world_.network().total_hashes_per_s() * 1e-18);
    add("network_hhi", concentration(pool_parts(world_)));
    add("network_nakamoto", majority(pool_parts(world_)));
    add("price_usd", world_.price_usd());
    add("mean_block_fees_btc", totals.block_fees_btc.mean());
    add("hash_price_usd_per_phs_day", world_.hash_price_usd_per_phs_day());
  }

  void pool() {
    const Pool& pool = world_.pool();
    const double blocks = static_cast<double>(world_.totals().pool_blocks);
    const double accepted = sum(pool.share_counts().accepted);
    const double stale = sum(pool.share_counts().stale);
    add("pool_miners", static_cast<double>(pool.miners()));
    add("pool_accounts_per_owner", ratio(static_cast<double>(pool.miners()),
                                         static_cast<double>(world_.miners().owner.back() + 1)));
    add("pool_hash_rate_phs", pool.total_hashes_per_s() * 1e-15);
    add("pool_network_share", world_.network().pool_share());
    add("pool_blocks", blocks);
    add("pool_stale_blocks", static_cast<double>(world_.totals().pool_stale_blocks));
    add("pool_withheld_blocks", static_cast<double>(world_.totals().withheld_blocks));
    add("pool_found_identities", static_cast<double>(world_.totals().found_identities));
    add("pool_false_alarms", static_cast<double>(world_.totals().false_alarms));
    add("pool_expected_blocks", pool.expected_blocks());
    add("pool_luck", ratio(blocks, pool.expected_blocks()));
    add("pool_shares_accepted", accepted);
    add("pool_shares_stale", stale);
    add("pool_stale_share_fraction", ratio(stale, accepted + stale));
    add("pool_hash_rate_gini", gini(pool.hashes_per_s()));
    add("pool_hash_rate_hhi", herfindahl(pool.hashes_per_s()));
    add("pool_hash_rate_nakamoto", static_cast<double>(nakamoto_number(pool.hashes_per_s())));
    add("miners_energy_cost_usd", energy_cost_usd(world_));
    decile_ = hash_deciles(world_.miners().hashes_per_s);
    expected_ = sum_by_decile(decile_, pool.expected_sat());
  }

  /// What the operator's loop did.
  void feedback() {
    const Feedback* loop = world_.feedback();
    if (loop == nullptr) return;
    add("feedback_decisions", static_cast<double>(loop->decisions()));
    add("feedback_forecast_alarms", static_cast<double>(loop->forecast().alarms()));
    add("feedback_luck_alarms", static_cast<double>(loop->luck_alarms()));
    add("feedback_forecast_skill", loop->forecast().skill());
  }

  /// What else became of shares, and what the pool noticed.
  void shares() {
    const Pool& pool = world_.pool();
    if (!tells_of_shares(world_.scenario().pool)) return;
    const ShareCounts& counts = pool.share_counts();
    add("pool_shares_superseded", sum(counts.superseded));
    add("pool_shares_duplicate", sum(counts.duplicate));
    add("pool_shares_low_difficulty", sum(counts.low_difficulty));
    add("pool_shares_lost", sum(counts.lost));
    add("pool_shares_per_miner_min",
        ratio(sum(counts.accepted),
              static_cast<double>(pool.miners()) * world_.now().in_seconds() / 60.0));
    add("pool_difficulty_changes_per_miner_day",
        ratio(sum(counts.difficulty_changes),
              static_cast<double>(pool.miners()) * world_.now().in_days()));
    const QueueMeasures queue = pool.share_source().queue();
    add("pool_intake_mean_wait_ms", ratio(1e3 * queue.waited_s, static_cast<double>(queue.begun)));
    add("pool_intake_longest_queue", static_cast<double>(queue.longest));
    if (world_.scenario().pool.front_end.uplink_mbit_s > 0.0) {
      const LinkMeasures line = pool.share_source().uplink();
      const auto passed = static_cast<double>(line.passed);
      const auto lost = static_cast<double>(line.lost);
      add("pool_uplink_mean_wait_ms", ratio(1e3 * line.waited_s, passed));
      add("pool_uplink_lost_fraction", ratio(lost, passed + lost));
    }
    if (!pool.monitor().enabled()) return;
    Moments squares;  // of errors for miners who mine at present
    for (std::uint32_t i = 0; i < pool.miners(); ++i) {
      if (pool.hashes_per_s()[i] == 0.0) continue;
      const double error = pool.monitor().decaying_hashes_per_s(i) / pool.hashes_per_s()[i] - 1.0;
      squares.add(error * error);
    }
    add("pool_estimate_rms_error", std::sqrt(squares.mean()));
    for (std::size_t kind = 0; kind < kNoticeKinds; ++kind) {
      const auto value = static_cast<NoticeKind>(kind);
      add(std::string("pool_notices_") + name_of(value),
          static_cast<double>(pool.monitor().notices(value)));
    }
    if (world_.plant() != nullptr) {
      add("pool_notices_temperature", static_cast<double>(world_.temperatures().notices()));
    }
  }

  void scheme(std::size_t index) {
    const Account& account = world_.pool().accounts()[index];
    const Book& book = account.book;
    scheme_ = account.name;
    std::vector<double> earned(book.miners());
    for (std::size_t i = 0; i < earned.size(); ++i) {
      earned[i] = static_cast<double>(book.earned()[i].value());
    }
    const double credited = static_cast<double>(book.credited().value());
    const double expected = std::accumulate(expected_.begin(), expected_.end(), 0.0);
    add("credited_btc", book.credited().btc());
    add("paid_btc", book.paid().btc());
    add("unpaid_btc", book.unpaid().btc());
    add("payout_transaction_cost_btc", book.transaction_costs().btc());
    add("operator_gain_btc", (book.reserve() - book.initial_reserve() + book.dividends()).btc());
    add("forfeited_btc", book.forfeited().btc());
    add("dividends_btc", book.dividends().btc());
    add("lowest_reserve_btc", book.lowest_reserve().btc());
    add("lowest_cash_btc", book.lowest_cash().btc());
    add("ruined", book.ruined() ? 1.0 : 0.0);
    operator_risk(account);
    add("pay_per_expected_value", ratio(credited, expected));
    add("payout_gini", gini(earned));
    add("payout_hhi", herfindahl(earned));
    add("payout_nakamoto", static_cast<double>(nakamoto_number(earned)));
    payout_cv(index);
    add("irregular_blocks", static_cast<double>(account.scheme->irregular_blocks()));
    groups(earned);
    const std::array<double, kDeciles> by_decile = sum_by_decile(decile_, earned);
    for (std::size_t d = 0; d < kDeciles; ++d) {
      add(fmt::format("effective_fee_decile_{}", d + 1), 1.0 - ratio(by_decile[d], expected_[d]));
    }
    // Where pay follows blocks, the same against the income that luck brought: what the scheme
    // does.
    const double income = static_cast<double>(book.income().value());
    const double luck = account.scheme->miners_bear_luck() ? ratio(income, expected) : 1.0;
    for (std::size_t d = 0; d < kDeciles; ++d) {
      add(fmt::format("luck_adjusted_fee_decile_{}", d + 1),
          1.0 - ratio(by_decile[d], expected_[d] * luck));
    }
    first_payouts(index);
    if (world_.scenario().attack.theft.exists()) theft(index);
    if (!world_.whereabouts().choosers().exist()) return;
    participation(index == world_.paying());
    total_pay(earned, luck);
  }

  /// None before there are fees of blocks to go by; no reserve where none is enough.
  void operator_risk(const Account& account) {
    const WorldTotals& totals = world_.totals();
    double need = kNoValue;
    double chance = kNoValue;
    if (totals.block_fees_btc.count() > 0) {
      const double lost = static_cast<double>(totals.stale_blocks) /
                          static_cast<double>(totals.main_blocks + totals.stale_blocks);
      const OperatorRisk risk{account.config, account.scheme->terms().fee,
                              world_.chain().next_subsidy().btc(), totals.block_fees_btc, lost};
      need = reserve_need_btc(risk, 0.01);
      chance =
          ruin_chance(risk, account.book.initial_reserve().btc(), world_.pool().expected_blocks());
    }
    add("ruin_chance", chance);
    add("reserve_for_1_percent_btc", std::isfinite(need) ? need : kNoValue);
  }

  /// Median over the accounts of each size, never being longer than anything; none where most of
  /// them were never paid.
  void first_payouts(std::size_t index) {
    const std::span<const Time> times = world_.first_payouts()[index].times();
    std::array<std::vector<Time>, kDeciles> by_decile;
    for (std::size_t i = 0; i < times.size(); ++i) by_decile[decile_[i]].push_back(times[i]);
    for (std::size_t d = 0; d < kDeciles; ++d) {
      std::vector<Time>& sorted = by_decile[d];
      const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
      std::nth_element(sorted.begin(), middle, sorted.end());
      const bool known = !sorted.empty() && *middle != Time::forever();
      add(fmt::format("days_to_first_payout_decile_{}", d + 1),
          known ? middle->in_days() : kNoValue);
    }
    const auto never = std::count(times.begin(), times.end(), Time::forever());
    add("never_paid_fraction",
        ratio(static_cast<double>(never), static_cast<double>(times.size())));
  }

  /// What went to a thief instead of the miners.
  void theft(std::size_t index) {
    const std::span<const double> by_account = world_.theft().taken_sat(index);
    const double taken_btc = std::accumulate(by_account.begin(), by_account.end(), 0.0) /
                             static_cast<double>(kSatoshiPerBtc);
    add("theft_taken_btc", taken_btc);
    add("theft_miners_lost_fraction",
        ratio(taken_btc, world_.pool().accounts()[index].book.paid().btc()));
    const double cost_usd =
        static_cast<double>(world_.theft().attempts()) * world_.scenario().attack.theft.cost_usd;
    add("theft_profit_usd", taken_btc * world_.price_usd() - cost_usd);
  }

  /// How much of the miners' hash rate is in the pool. They go by one scheme, so the others have no
  /// value.
  void participation(bool paying) {
    const Choosers& choosers = world_.whereabouts().choosers();
    const std::vector<double>& hashes = world_.miners().hashes_per_s;
    const std::vector<GroupConfig>& groups = world_.scenario().fleet.groups;
    const std::size_t everybody = groups.size();
    // Per group and for all: hash rate, in the pool over time, in it now.
    std::vector<std::array<double, 3>> sums(everybody + 1);
    std::array<double, kDeciles + 1> first{};
    std::array<double, kDeciles + 1> kept{};
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      const double now = choosers.inside()[i];
      for (const std::size_t g : {std::size_t{world_.miners().group[i]}, everybody}) {
        sums[g][0] += hashes[i];
        sums[g][1] += hashes[i] * choosers.mean_inside(i);
        sums[g][2] += hashes[i] * now;
      }
      const double before = choosers.inside_at_start()[i];
      for (const std::size_t d : {std::size_t{decile_[i]}, kDeciles}) {
        first[d] += hashes[i] * before;
        kept[d] += hashes[i] * std::min(before, now);
      }
    }
    const auto put = [&](std::string name, double value) {
      add(std::move(name), paying ? value : kNoValue);
    };
    put("participation_mean", ratio(sums[everybody][1], sums[everybody][0]));
    put("participation_end", ratio(sums[everybody][2], sums[everybody][0]));
    put("retention", ratio(kept[kDeciles], first[kDeciles]));
    for (std::size_t d = 0; d < kDeciles; ++d) {
      put(fmt::format("retention_decile_{}", d + 1), ratio(kept[d], first[d]));
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
      put("group_participation_mean." + groups[g].name, ratio(sums[g][1], sums[g][0]));
      put("group_participation_end." + groups[g].name, ratio(sums[g][2], sums[g][0]));
    }
    put("network_hhi", concentration(pool_parts(world_)));
    put("network_nakamoto", majority(pool_parts(world_)));
    put("departures", static_cast<double>(choosers.departures()));
    put("arrivals", static_cast<double>(choosers.arrivals()));
    const double expected = std::accumulate(expected_.begin(), expected_.end(), 0.0);
    put("expected_revenue_btc", expected / static_cast<double>(kSatoshiPerBtc));
  }

  /// Pay here, luck taken out, and elsewhere, over the expected value of all work, by size.
  void total_pay(const std::vector<double>& earned, double luck) {
    const auto here = sum_by_decile(decile_, earned);
    const auto away = sum_by_decile(decile_, world_.whereabouts().elsewhere().earned_sat());
    const auto away_expected =
        sum_by_decile(decile_, world_.whereabouts().elsewhere().expected_sat());
    for (std::size_t d = 0; d < kDeciles; ++d) {
      const double pay = (here[d] == 0.0 ? 0.0 : here[d] / luck) + away[d];
      add(fmt::format("total_pay_decile_{}", d + 1), ratio(pay, expected_[d] + away_expected[d]));
    }
  }

  /// What each group got, here and elsewhere, less what its identities cost, per expected value of
  /// all its work: 1 is fair pay.
  void groups(const std::vector<double>& earned) {
    const std::vector<GroupConfig>& groups = world_.scenario().fleet.groups;
    std::vector<double> got(groups.size(), 0.0);
    std::vector<double> expected(groups.size(), 0.0);
    for (std::size_t i = 0; i < earned.size(); ++i) {
      const std::uint32_t group = world_.miners().group[i];
      got[group] += earned[i] + world_.whereabouts().elsewhere().earned_sat()[i];
      expected[group] +=
          world_.pool().expected_sat()[i] + world_.whereabouts().elsewhere().expected_sat()[i];
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const double false_identities =
          static_cast<double>(groups[g].count * (groups[g].identities - 1));
      got[g] -= false_identities * groups[g].identity_cost_btc_per_month *
                static_cast<double>(kSatoshiPerBtc) * world_.now().in_days() / kDaysPerMonth;
      add("group_pay_per_expected_value." + groups[g].name, ratio(got[g], expected[g]));
    }
  }

  /// Means over all miners and those of each size, weighted by hash rate; NaN before two periods
  /// have passed.
  void payout_cv(std::size_t index) {
    const std::span<const double> hashes = world_.pool().hashes_per_s();
    std::array<double, kDeciles + 1> weight{};
    std::array<double, kDeciles + 1> weighted{};
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      const double cv = world_.variation()[index].cv(i);
      if (std::isnan(cv)) continue;
      for (const std::size_t d : {std::size_t{decile_[i]}, kDeciles}) {
        weight[d] += hashes[i];
        weighted[d] += hashes[i] * cv;
      }
    }
    add("payout_cv", ratio(weighted[kDeciles], weight[kDeciles]));
    for (std::size_t d = 0; d < kDeciles; ++d) {
      add(fmt::format("payout_cv_decile_{}", d + 1), ratio(weighted[d], weight[d]));
    }
  }

  const World& world_;
  std::string scheme_;
  std::vector<Measure> measures_;
  std::vector<std::uint8_t> decile_;
  std::array<double, kDeciles> expected_{};
};

}  // namespace

std::vector<Measure> measure(const World& world) {
  return Collector(world).collect();
}

}  // namespace aicmp
