#include <array>

#include <fmt/format.h>

#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

double earned_blocks(const World& world, std::size_t account, std::size_t miner) {
  return world.pool().accounts()[account].book.earned()[miner].btc() / kBareSubsidyBtc;
}

double accepted_shares(const World& world) {
  double sum = 0.0;
  for (const std::int64_t n : world.pool().share_counts().accepted) {
    sum += static_cast<double>(n);
  }
  return sum;
}

// --- C01, C02 ------------------------------------------------------------------------------------

std::vector<Row> independent_pay(const Effort& effort) {
  constexpr double kMu = 3.7;
  constexpr double kFee = 0.02;
  constexpr std::size_t kMiners = 200;
  BareScenario bare;
  bare.difficulty = 1000.0;
  bare.sizes.assign(kMiners, 1.0);
  bare.blocks = kMu * kMiners;
  bare.schemes = {"solo", fmt::format("pps:{}", kFee)};
  bare.fidelity = Fidelity::kFlow;
  std::array<std::vector<double>, 2> pay;
  for (const auto& world :
       finished_worlds(bare.build(), effort, effort.worlds(200), [](const World& w) {
         std::array<std::vector<double>, 2> earned;
         for (std::size_t a = 0; a < 2; ++a) {
           for (const Satoshi s : w.pool().accounts()[a].book.earned()) {
             earned[a].push_back(s.btc());
           }
         }
         return earned;
       })) {
    for (std::size_t a = 0; a < 2; ++a) {
      pay[a].insert(pay[a].end(), world[a].begin(), world[a].end());
    }
  }
  const auto solo = closed_form::solo(kMu, kBareSubsidyBtc);
  const auto pps = closed_form::pps(kMu, kBareSubsidyBtc, kFee, 1.0 / bare.difficulty);
  return {mean_row({"C01.mean", "SOLO: mean pay of 3.7 expected blocks, BTC", solo.mean}, pay[0]),
          variance_row({"C01.variance", "SOLO: its variance", solo.variance}, pay[0]),
          mean_row({"C02.mean", "PPS, fee 2 %: mean pay, BTC", pps.mean}, pay[1]),
          variance_row({"C02.variance", "PPS, d/D = 1e-3: its variance", pps.variance}, pay[1])};
}

// --- C03, C04 and GEO by block -------------------------------------------------------------------

/// Moments over blocks of what each block pays miner 0 under the first scheme, in blocks.
class ByBlock final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock&) override {
    const Book& book = world.pool().accounts().front().book;
    const double earned = earned_blocks(world, 0, 0);
    const double reserve = book.reserve().btc() / kBareSubsidyBtc;
    const double work = world.pool().expected_blocks();
    pay.push_back(earned - earned_);
    kept.push_back(reserve - reserve_);
    length.push_back(work - work_);
    earned_ = earned;
    reserve_ = reserve;
    work_ = work;
  }
  std::vector<double> pay;
  std::vector<double> kept;
  std::vector<double> length;  // work of the round / D

 private:
  double earned_ = 0.0;
  double reserve_ = 0.0;
  double work_ = 0.0;
};

ByBlock rounds(const BareScenario& bare, const Effort& effort, std::int64_t worlds) {
  ByBlock all;
  for (const ByBlock& world :
       watched_worlds<ByBlock>(bare.build(), effort, worlds,
                               [](const World&, ByBlock& seen) { return std::move(seen); })) {
    all.pay.insert(all.pay.end(), world.pay.begin(), world.pay.end());
    all.kept.insert(all.kept.end(), world.kept.begin(), world.kept.end());
    all.length.insert(all.length.end(), world.length.begin(), world.length.end());
  }
  return all;
}

/// Pay less what the work of its round is worth on average: its variance is the long-run variance
/// of pay per block (renewal reward).
std::vector<double> less_worth(const ByBlock& rounds, double per_work) {
  std::vector<double> surplus;
  for (std::size_t i = 0; i < rounds.pay.size(); ++i) {
    surplus.push_back(rounds.pay[i] - per_work * rounds.length[i]);
  }
  return surplus;
}

std::vector<Row> proportional(const Effort& effort) {
  constexpr double kA = 0.1;
  BareScenario bare;
  bare.difficulty = 1000.0;
  bare.sizes = {kA, 1.0 - kA};
  bare.blocks = 2000.0;
  bare.schemes = {"prop"};
  bare.fidelity = Fidelity::kFlow;
  const double p = 1.0 / bare.difficulty;
  const ByBlock seen = rounds(bare, effort, effort.worlds(400));
  const auto round = closed_form::proportional_round(kA, 1.0, p);
  return {mean_row({"C03.mean", "PROP: mean pay by round, a = .1, B", round.mean}, seen.pay),
          variance_row({"C03.variance", "PROP: its variance, D = 1000", round.variance}, seen.pay),
          variance_row({"C04", "PROP: long-run variance by block",
                        closed_form::proportional_variance(kA, 1.0, p)},
                       less_worth(seen, kA))};
}

std::vector<Row> geometric(const Effort& effort) {
  constexpr double kA = 0.05;
  constexpr double kC = 0.3;
  BareScenario bare;
  bare.sizes = {kA, 1.0 - kA};
  bare.blocks = 1000.0;
  bare.schemes = {"geo:0.3"};
  const double p = 1.0 / bare.difficulty;
  const ByBlock seen = rounds(bare, effort, effort.worlds(200));
  const auto kept = closed_form::geometric_operator(1.0, p, kC);
  return {
      mean_row({"C08.operator", "GEO c = .3: operator's part of a block", kept.mean}, seen.kept),
      variance_row({"C08.operator-var", "GEO: its variance, D = 200", kept.variance}, seen.kept),
      mean_row({"C08.miner", "GEO: mean pay by block, a = .05, B", (1.0 - kC) * kA}, seen.pay),
      variance_row({"C08.miner-var", "GEO: long-run variance by block",
                    closed_form::geometric_variance(kA, 1.0, p, kC)},
                   less_worth(seen, (1.0 - kC) * kA))};
}

// --- C05 -----------------------------------------------------------------------------------------

/// The state at the first settlement, the end of a warm-up.
class AfterWarmUp final : public Observer {
 public:
  void on_payout(const World& world, std::span<const PayoutBatch>) override {
    if (begun_) return;
    begun_ = true;
    shares = accepted_shares(world);
    blocks = static_cast<double>(world.totals().pool_blocks);
    for (const Account& account : world.pool().accounts()) {
      for (const Satoshi s : account.book.earned()) earned.push_back(s);
    }
  }
  double shares = 0.0;
  double blocks = 0.0;
  std::vector<Satoshi> earned;

 private:
  bool begun_ = false;
};

std::vector<Row> pplns_overlap(const Effort& effort) {
  constexpr std::size_t kMiners = 20;
  constexpr double kA = 1.0 / kMiners;
  constexpr std::array kWindows = {0.5, 2.0, 8.0};
  constexpr double kShares = 40'000.0;
  BareScenario bare;
  bare.sizes.assign(kMiners, 1.0);
  constexpr double kWarmUpBlocks = 10.0;  // fill the window of 8 D
  bare.blocks = kWarmUpBlocks + kShares / bare.difficulty;
  bare.schemes.clear();
  for (const double window : kWindows) bare.schemes.push_back(fmt::format("pplns:{}", window));
  Scenario scenario = bare.build();
  scenario.pool.settlement_hours = kWarmUpBlocks * bare.mean_interval_s / 3600.0;
  const double p = 1.0 / bare.difficulty;

  struct Sample {
    std::array<double, kWindows.size()> noise{}, total{};
  };
  const auto samples = watched_worlds<AfterWarmUp>(
      scenario, effort, effort.worlds(1500), [&](const World& world, AfterWarmUp& begin) {
        const double shares = accepted_shares(world) - begin.shares;
        const double blocks = static_cast<double>(world.totals().pool_blocks) - begin.blocks;
        // The horizon is a time, so the number of shares is Poisson: its luck is taken out.
        const double luck = blocks - p * shares;
        Sample sample;
        for (std::size_t x = 0; x < kWindows.size(); ++x) {
          for (std::size_t i = 0; i < kMiners; ++i) {
            const Satoshi before = begin.earned[x * kMiners + i];
            const Satoshi after = world.pool().accounts()[x].book.earned()[i];
            const double noise = (after - before).btc() / kBareSubsidyBtc - kA * blocks;
            sample.noise[x] += noise * noise / kMiners;
            const double total = noise + kA * luck;
            sample.total[x] += total * total / kMiners;
          }
        }
        return sample;
      });
  std::vector<Row> rows;
  for (std::size_t x = 0; x < kWindows.size(); ++x) {
    Moments noise, total;
    for (const Sample& s : samples) {
      noise.add(s.noise[x]);
      total.add(s.total[x]);
    }
    const double window = kWindows[x];
    rows.push_back(mean_row({fmt::format("C05.noise-x{:g}", window),
                             fmt::format("PPLNS X = {:g}: variance of pay, luck taken out", window),
                             closed_form::pplns_noise(kA, 1.0, p, window, kShares)},
                            noise));
    rows.push_back(mean_row({fmt::format("C05.total-x{:g}", window),
                             fmt::format("PPLNS X = {:g}: variance of pay, B^2", window),
                             closed_form::pplns_variance(kA, 1.0, p, window, kShares)},
                            total));
  }
  return rows;
}

// --- C06 -----------------------------------------------------------------------------------------

std::vector<Row> cold_start(const Effort& effort) {
  constexpr double kWindow = 8.0;
  BareScenario bare;
  bare.blocks = 10.0 * kWindow;
  bare.schemes = {"pplns:8:carry_unfilled=true"};
  const double p = 1.0 / bare.difficulty;
  const auto kept = finished_worlds(bare.build(), effort, effort.worlds(2000), [](const World& w) {
    return w.pool().accounts().front().book.reserve().btc() / kBareSubsidyBtc;
  });
  return {mean_row(
      {"C06", "PPLNS X = 8: pay that a newcomer is owed late, B", 0.5 * kWindow - 0.5 * p}, kept)};
}

}  // namespace

std::vector<Case> scheme_cases() {
  return {{"C01", "independent pay: SOLO and PPS (also C02)", independent_pay},
          {"C03", "PROP by round and in the long run (also C04)", proportional},
          {"C05", "PPLNS with overlapping windows", pplns_overlap},
          {"C06", "start-up of a PPLNS window", cold_start},
          {"C08", "a GEO pool", geometric}};
}

}  // namespace aicmp
