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
  static constexpr std::array kWindows = {0.5, 2.0, 8.0};
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

// --- C07, 10 -------------------------------------------------------------------------------------

/// Which miners had exactly one share at the first settlement.
class OneShare final : public Observer {
 public:
  void on_payout(const World& world, std::span<const PayoutBatch>) override {
    if (counts.empty()) counts = world.pool().share_counts().accepted;
  }
  std::vector<std::int64_t> counts;
};

struct SharePay {
  std::string name;
  std::string spec;
  closed_form::MeanVariance expected;  // in B
};

/// What single shares are paid over their life, by scheme. Beside one large miner there are many so
/// small that they send no share or one; those whose only share came early enough to be paid in
/// full are the sample. Each is somewhere among shares of others, so that its place is uniform.
std::vector<Row> share_rows(const BareScenario& pool, double counted, double life,
                            const std::vector<SharePay>& schemes, const std::string& id,
                            const Effort& effort, std::int64_t worlds) {
  constexpr std::size_t kSmall = 1000;
  BareScenario bare = pool;
  bare.blocks = counted + life;
  // Half a share each until the end.
  const double part = 0.5 / (bare.blocks * bare.difficulty);
  bare.sizes.assign(kSmall + 1, part);
  bare.sizes[0] = 1.0 - static_cast<double>(kSmall) * part;
  bare.schemes.clear();
  for (const SharePay& s : schemes) bare.schemes.push_back(s.spec);
  Scenario scenario = bare.build();
  scenario.pool.settlement_hours = counted * bare.mean_interval_s / 3600.0;

  struct Sums {
    double shares = 0.0;
    std::vector<double> pay, square;  // of the deviation from the expected mean
  };
  std::vector<Ratio> mean(schemes.size()), variance(schemes.size());
  for (const Sums& world : watched_worlds<
           OneShare>(scenario, effort, effort.worlds(worlds), [&](const World&w, OneShare&early) {
         Sums sums{0.0, std::vector<double>(schemes.size()), std::vector<double>(schemes.size())};
         const auto& late = w.pool().share_counts().accepted;
         for (std::size_t i = 1; i < late.size(); ++i) {
           if (early.counts[i] != 1 || late[i] != 1) continue;
           ++sums.shares;
           for (std::size_t a = 0; a < schemes.size(); ++a) {
             const double pay = earned_blocks(w, a, i);
             const double deviation = pay - schemes[a].expected.mean;
             sums.pay[a] += pay;
             sums.square[a] += deviation * deviation;
           }
         }
         return sums;
       })) {
    for (std::size_t a = 0; a < schemes.size(); ++a) {
      mean[a].add(world.pay[a], world.shares);
      variance[a].add(world.square[a], world.shares);
    }
  }
  std::vector<Row> rows;
  for (std::size_t a = 0; a < schemes.size(); ++a) {
    const SharePay& s = schemes[a];
    const std::string name = fmt::format("{}.{}", id, s.name);
    rows.push_back(
        ratio_row({name, s.spec + ": mean pay of a share, B", s.expected.mean}, mean[a]));
    rows.push_back(ratio_row({name + "-var", s.spec + ": its variance, B^2", s.expected.variance},
                             variance[a]));
  }
  return rows;
}

std::vector<Row> double_geometric(const Effort& effort) {
  const BareScenario bare;
  const double p = 1.0 / bare.difficulty;
  // A score fades by e in D shares or less under all three.
  return share_rows(
      bare, 40.0, 14.0,
      {{"o0", "dgm:0.3:o=0:fee=0.01", closed_form::double_geometric_share(1.0, p, 0.3, 0.0, 0.01)},
       {"o0.5", "dgm:0.3:o=0.5:fee=0.01",
        closed_form::double_geometric_share(1.0, p, 0.3, 0.5, 0.01)},
       {"o0.9", "dgm:0.1:o=0.9", closed_form::double_geometric_share(1.0, p, 0.1, 0.9, 0.0)}},
      "C07", effort, 1200);
}

std::vector<Row> shares_of_10000(const Effort& effort) {
  BareScenario bare;
  bare.difficulty = 1e4;
  const double p = 1.0 / bare.difficulty;
  std::vector<SharePay> schemes;
  for (const double x : {1.0, 2.0, 8.0}) {
    // A young window must pay no share more than an old one.
    schemes.push_back({fmt::format("pplns-x{:g}", x),
                       fmt::format("pplns:{:g}:carry_unfilled=true", x),
                       {p, p * p * closed_form::pplns_share_variance(x, p)}});
  }
  for (const double c : {0.1, 0.5}) {
    schemes.push_back({fmt::format("geo-c{:g}", c), fmt::format("geo:{:g}", c),
                       closed_form::double_geometric_share(1.0, p, c, 0.0, 0.0)});
  }
  return share_rows(bare, 60.0, 16.0, schemes, "10", effort, 160);
}

// --- 10 PROP, 11, C09, C17 -----------------------------------------------------------------------

/// Rounds of a pool of one, counted in shares.
std::vector<double> round_lengths(double difficulty, const std::string& scheme,
                                  const Effort& effort, std::int64_t worlds) {
  BareScenario bare;
  bare.difficulty = difficulty;
  bare.blocks = 5000.0;
  bare.schemes = {scheme};
  bare.fidelity = Fidelity::kFlow;
  std::vector<double> lengths = rounds(bare, effort, worlds).length;
  for (double& length : lengths) length = std::round(length * difficulty);
  return lengths;
}

std::vector<Row> proportional_share(const Effort& effort) {
  constexpr double kDifficulty = 1e4;
  Ratio square;  // of pay less pB, in (pB)^2, over all shares of a round
  for (const double length : round_lengths(kDifficulty, "prop", effort, effort.worlds(200))) {
    const double excess = kDifficulty / length - 1.0;
    square.add(length * excess * excess, length);
  }
  return {ratio_row({"10.prop-var", "prop: variance of pay of one share, (pB)^2",
                     closed_form::proportional_share_variance(1.0 / kDifficulty)},
                    square)};
}

// --- C32 -----------------------------------------------------------------------------------------

constexpr double kFeeMean = 0.3;
constexpr double kFeeCv = 1.5;

/// Fees of blocks that are independent and log-normal.
void draw_fees(Scenario& scenario) {
  scenario.fees.model = FeeModel::kStatistical;
  StatisticalFeeConfig& fees = scenario.fees.statistical;
  const double variance = std::log1p(kFeeCv * kFeeCv);
  fees.regime_median_btc = {kFeeMean * std::exp(-0.5 * variance)};
  fees.level_sd_log = 0.0;
  fees.season = {.daily_amplitude = 0.0, .weekly_amplitude = 0.0};
  fees.noise_sd_log = std::sqrt(variance);
  fees.accrual_exponent = 0.0;
  fees.spikes_per_year = 0.0;
}

std::vector<Row> pps_plus(const Effort& effort) {
  constexpr std::size_t kMiners = 10;
  constexpr double kA = 1.0 / kMiners;
  constexpr double kShares = 20'000.0;
  constexpr double kWarmUpBlocks = 10.0;
  BareScenario bare;
  bare.difficulty = 100.0;
  bare.mean_interval_s = 600.0;
  bare.sizes.assign(kMiners, 1.0);
  bare.blocks = kWarmUpBlocks + kShares / bare.difficulty;
  bare.schemes = {"pps+:0:window=2"};
  Scenario scenario = bare.build();
  draw_fees(scenario);
  scenario.pool.settlement_hours = kWarmUpBlocks * bare.mean_interval_s / 3600.0;
  const double p = 1.0 / bare.difficulty;
  const double worth = kA * p * (kBareSubsidyBtc + kFeeMean);
  const auto squares = watched_worlds<AfterWarmUp>(
      scenario, effort, effort.worlds(3000), [&](const World& world, AfterWarmUp& begin) {
        const double shares = accepted_shares(world) - begin.shares;
        double sum = 0.0;
        for (std::size_t i = 0; i < kMiners; ++i) {
          const Satoshi pay = world.pool().accounts()[0].book.earned()[i] - begin.earned[i];
          const double deviation = pay.btc() - worth * shares;
          sum += deviation * deviation / kMiners;
        }
        return sum;
      });
  return {mean_row(
      {"C32.pps+", "PPS+: variance of pay by 20,000 shares, BTC^2",
       closed_form::pps_plus_variance(kA, kBareSubsidyBtc, kFeeMean, kFeeCv, p, 2.0, kShares)},
      squares)};
}

/// What the operator gained day by day, less what the number of blocks of the network explains.
class Days final : public Observer {
 public:
  void on_sample(const World& world) override {
    const Book& book = world.pool().accounts().front().book;
    const double reserve = book.reserve().btc();
    const auto blocks = static_cast<double>(world.totals().main_blocks);
    if (world.now() > Time()) {
      gain.push_back(reserve - reserve_);
      count.push_back(blocks - blocks_);
    }
    reserve_ = reserve;
    blocks_ = blocks;
  }
  std::vector<double> gain;
  std::vector<double> count;

 private:
  double reserve_ = 0.0;
  double blocks_ = 0.0;
};

std::vector<Row> fpps_operator(const Effort& effort) {
  constexpr double kPoolShare = 0.1;
  constexpr double kBlocks = 144.0;
  constexpr double kFee = 0.02;
  BareScenario bare;
  bare.difficulty = 1e7;  // the luck of shares does not matter
  bare.pool_share = kPoolShare;
  bare.mean_interval_s = 86400.0 / kBlocks;
  bare.blocks = 100.0 * kBlocks;
  bare.schemes = {fmt::format("fpps:{}", kFee)};
  bare.fidelity = Fidelity::kFlow;
  Scenario scenario = bare.build();
  draw_fees(scenario);
  scenario.run.sample_hours = 24.0;
  const double reward = kBareSubsidyBtc + kFeeMean;
  std::vector<double> daily;
  for (const Days& world : watched_worlds<Days>(scenario, effort, effort.worlds(120),
                                                [](const World&, Days& days) { return days; })) {
    for (std::size_t i = 0; i < world.gain.size(); ++i) {
      daily.push_back(world.gain[i] - kPoolShare * reward * (world.count[i] - kBlocks));
    }
  }
  // Fewer blocks of the day make a worse mean of fees: E[1 / n] exceeds 1 / 144 by 1 / 144 of it.
  const double expected = closed_form::fpps_operator_variance(kPoolShare, kBareSubsidyBtc, kFeeMean,
                                                              kFeeCv, kBlocks, kFee);
  const double paid = (1.0 - kFee) * kBlocks * kPoolShare * kFeeMean * kFeeCv;
  return {mean_row({"C32.fpps-mean", "FPPS operator: mean gain in a day, fee 2 %, BTC",
                    kFee * kBlocks * kPoolShare * reward},
                   daily),
          variance_row({"C32.fpps", "FPPS operator: its variance, BTC^2", expected,
                        2.0 * paid * paid / (kBlocks * kBlocks)},
                       daily)};
}

}  // namespace

std::vector<Case> scheme_cases() {
  return {{"C01", "independent pay: SOLO and PPS", independent_pay, {"C02"}},
          {"C03", "PROP by round and in the long run", proportional, {"C04"}},
          {"C05", "PPLNS with overlapping windows", pplns_overlap},
          {"C06", "start-up of a PPLNS window", cold_start},
          {"C07", "what a share is paid under DGM", double_geometric},
          {"C08", "a GEO pool", geometric},
          {"10", "what a share is paid under PROP, PPLNS and GEO",
           [](const Effort& effort) {
             std::vector<Row> rows = proportional_share(effort);
             for (Row& row : shares_of_10000(effort)) rows.push_back(std::move(row));
             return rows;
           }},
          {"C32", "PPS+ miners and FPPS operators", [](const Effort& effort) {
             std::vector<Row> rows = pps_plus(effort);
             for (Row& row : fpps_operator(effort)) rows.push_back(std::move(row));
             return rows;
           }}};
}

}  // namespace aicmp
