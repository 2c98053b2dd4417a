#include <array>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "sim/base/inequality.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

/// Parts of all pay that miners of these sizes got under one scheme, so many shares that counts are
/// as good as a flow; by world.
std::vector<std::vector<double>> fluid_parts(const std::vector<double>& sizes,
                                             const std::string& scheme, const Effort& effort) {
  BareScenario bare;
  bare.difficulty = 1e8;
  bare.sizes = sizes;
  bare.blocks = 20.0;
  bare.schemes = {scheme};
  bare.fidelity = Fidelity::kFlow;
  return finished_worlds(bare.build(), effort, effort.worlds(64), [](const World& world) {
    const Book& book = world.pool().accounts().front().book;
    std::vector<double> parts;
    for (const Satoshi s : book.earned()) parts.push_back(s.btc() / book.credited().btc());
    return parts;
  });
}

template <typename Statistic>
std::vector<double> over_worlds(const std::vector<std::vector<double>>& worlds, Statistic f) {
  std::vector<double> values;
  for (const auto& parts : worlds) values.push_back(f(parts));
  return values;
}

/// Counts of m shares move a part by eta (1 - eta) / (2 m) of itself; the least m here is 1e5.
constexpr double kFluid = 0.5e-5;

std::vector<Row> split(const Effort& effort) {
  const std::vector<double> sizes = {100.0, 10.0, 1.0};
  const auto expected = closed_form::power_split(sizes, 0.9);
  const auto worlds = fluid_parts(sizes, "eta:0.9", effort);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    rows.push_back(
        mean_row({fmt::format("C13.w{:g}", sizes[i]),
                  fmt::format("eta = .9: part of {:g} in 100:10:1", sizes[i]), expected[i], kFluid},
                 over_worlds(worlds, [i](const auto& parts) { return parts[i]; })));
  }
  return rows;
}

Row split_gain_row(const std::string& id, const std::string& what, std::vector<double> sizes,
                   double eta, int k, const Effort& effort) {
  const double expected = closed_form::split_gain(sizes, 0, eta, k);
  const double whole = closed_form::power_split(sizes, eta)[0];
  std::vector<double> identities(static_cast<std::size_t>(k), sizes[0] / k);
  identities.insert(identities.end(), sizes.begin() + 1, sizes.end());
  const auto worlds = fluid_parts(identities, fmt::format("eta:{}", eta), effort);
  return mean_row({id, what, expected, expected * 4.0 * kFluid},
                  over_worlds(worlds, [&](const auto& parts) {
                    return std::accumulate(parts.begin(), parts.begin() + k, 0.0) / whole;
                  }));
}

/// One miner of size `own` in a pool of `n` others of equal size that fill it to 1.
std::vector<double> one_and(double own, int n) {
  std::vector<double> sizes(static_cast<std::size_t>(n) + 1, (1.0 - own) / n);
  sizes[0] = own;
  return sizes;
}

std::vector<Row> sybils(const Effort& effort) {
  return {split_gain_row("C14.a", "gain of 4 identities, .1 of 90 x .01, eta = .5",
                         one_and(0.1, 90), 0.5, 4, effort),
          split_gain_row("C14.b", "gain of 10 identities, the same, eta = .9", one_and(0.1, 90),
                         0.9, 10, effort),
          split_gain_row("C14.c", "gain of 5 identities, .3 of 7 x .1, eta = .7", one_and(0.3, 7),
                         0.7, 5, effort)};
}

std::vector<Row> fairness(const Effort& effort) {
  constexpr double kEta = 0.9;
  const auto sizes = closed_form::zipf(200, 1.1);
  const auto paid = closed_form::power_split(sizes, kEta);
  const auto worlds = fluid_parts(sizes, "eta:0.9", effort);
  const double hashes = closed_form::power_split(sizes, 1.0)[0];
  return {mean_row({"C34.gini", "Gini of pay, Zipf 1.1, n = 200, eta = .9", gini(paid), kFluid},
                   over_worlds(worlds, [](const auto& parts) { return gini(parts); })),
          mean_row({"C34.hhi", "HHI of pay", herfindahl(paid), kFluid},
                   over_worlds(worlds, [](const auto& parts) { return herfindahl(parts); })),
          mean_row({"C34.top", "pay of the largest over its part of the hash rate",
                    paid[0] / hashes, kFluid},
                   over_worlds(worlds, [&](const auto& parts) { return parts[0] / hashes; }))};
}

/// Parts of a block of the first two miners, by block.
class FirstParts final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock&) override {
    const Book& book = world.pool().accounts().front().book;
    ++blocks_;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const double earned = book.earned()[i].btc();
      if (blocks_ > kFill) part[i].add((earned - earned_[i]) / kBareSubsidyBtc);
      earned_[i] = earned;
    }
  }
  std::array<Moments, 2> part;

 private:
  static constexpr int kFill = 20;  // a window of 1 D is full
  int blocks_ = 0;
  std::array<double, 2> earned_{};
};

std::vector<Row> small_counts(const Effort& effort) {
  constexpr double kEta = 0.5;
  BareScenario bare;
  bare.difficulty = 2000.0;
  bare.sizes.assign(91, 20.0);
  bare.sizes[0] = 200.0;
  bare.blocks = 200.0;
  bare.schemes = {fmt::format("eta:{}:window=1", kEta)};
  const auto parts = watched_worlds<FirstParts>(
      bare.build(), effort, effort.worlds(200),
      [](const World&, FirstParts& first) { return first.part[0].mean(); });
  const std::array others = {closed_form::CountGroup{20.0, 90}};
  const double expected = closed_form::expected_power_part({200.0}, others, kEta);
  // The cut through the oldest share moves a count by less than half a share.
  return {mean_row({"C15", "eta = .5: part of 200 shares beside 90 x 20", expected,
                    expected * kEta * 0.5 / 2000.0},
                   parts)};
}

/// Two miners with 20 units of work in a window, one of whom sends shares ten times as difficult,
/// beside one whose work^eta is 200.
std::vector<Row> share_difficulty(const Effort& effort) {
  constexpr double kEta = 0.7;
  constexpr double kWork = 20.0;
  constexpr double kCoarse = 10.0;
  const double large = std::pow(200.0, 1.0 / kEta);
  BareScenario bare;
  bare.difficulty = large + 2.0 * kWork;
  bare.sizes = {kWork};
  bare.blocks = 400.0;
  bare.schemes = {fmt::format("eta:{}:window=1", kEta)};
  Scenario scenario = bare.build();
  const GroupConfig group = scenario.fleet.groups.front();
  const double ths_per_work = group.size.list_ths[0] / bare.difficulty;
  scenario.fleet.groups.clear();
  for (const auto& [name, work, difficulty] :
       {std::tuple("fine", kWork, 1.0), {"coarse", kWork, kCoarse}, {"large", large, 1.0}}) {
    scenario.fleet.groups.push_back(group);
    scenario.fleet.groups.back().name = name;
    scenario.fleet.groups.back().size.list_ths = {work * ths_per_work};
    scenario.fleet.groups.back().share_difficulty = difficulty;
  }
  std::array<std::vector<double>, 2> parts;
  for (const auto& world : watched_worlds<FirstParts>(
           scenario, effort, effort.worlds(400), [](const World&, FirstParts& first) {
             return std::array{first.part[0].mean(), first.part[1].mean()};
           })) {
    for (std::size_t i = 0; i < 2; ++i) parts[i].push_back(world[i]);
  }
  const closed_form::CountGroup fine{kWork};
  const closed_form::CountGroup coarse{kWork / kCoarse, 1, kCoarse};
  const closed_form::CountGroup rest{large};
  // A block counts the share that found it, one of a miner's own as often as its part of the work;
  // the others' are of 1 and leave so much less of the window.
  const auto found_by_itself = [&](double share) {
    const double count = kWork / share;
    const double one_more =
        closed_form::power_of_count(count, 1.0 + kEta) / closed_form::power_of_count(count, kEta);
    return 1.0 + ((one_more - 1.0) * kWork - kEta) / bare.difficulty;
  };
  const double fine_part =
      found_by_itself(1.0) * closed_form::expected_power_part(fine, std::array{coarse, rest}, kEta);
  const double coarse_part = found_by_itself(kCoarse) *
                             closed_form::expected_power_part(coarse, std::array{fine, rest}, kEta);
  // The cut goes through one of a miner's shares in as many windows as its work is of them, and
  // takes half a share of it away.
  const auto cut = [&](double share) {
    return kEta * 0.5 * (share / kWork) * (kWork / bare.difficulty);
  };
  return {mean_row({"C16.fine", "eta = .7: part of 20 units of work, shares of 1", fine_part,
                    fine_part * cut(1.0)},
                   parts[0]),
          mean_row({"C16.coarse", "the same work, shares of 10", coarse_part,
                    coarse_part * cut(kCoarse)},
                   parts[1])};
}

std::vector<Row> proportional_limit(const Effort& effort) {
  BareScenario bare;
  bare.sizes = closed_form::zipf(30, 1.0);
  bare.blocks = 300.0;
  bare.schemes = {"eta:1", "pplns:8", "eta:0.6:fee=0.013"};
  double different = 0.0;
  double lost = 0.0;
  for (const auto& [d, l] :
       finished_worlds(bare.build(), effort, effort.worlds(32), [](const World& world) {
         const auto accounts = world.pool().accounts();
         double other = 0.0;
         for (std::size_t i = 0; i < world.pool().miners(); ++i) {
           other += accounts[0].book.earned()[i] != accounts[1].book.earned()[i] ? 1.0 : 0.0;
         }
         double missing = 0.0;
         for (const Account& account : accounts) {
           const Book& book = account.book;
           const auto paid =
               std::accumulate(book.earned().begin(), book.earned().end(), Satoshi(0));
           missing +=
               std::abs(static_cast<double>((book.income() - paid - book.reserve()).value()));
         }
         return std::pair(other, missing);
       })) {
    different += d;
    lost += l;
  }
  return {exact_row({"19.pplns", "eta = 1: miners paid otherwise than by PPLNS", 0.0}, different),
          exact_row({"19.conservation", "satoshis of blocks that nobody got", 0.0}, lost)};
}

std::vector<Row> log_normal(const Effort& effort) {
  constexpr std::array kEtas = {1.0, 0.8, 0.5};
  constexpr std::size_t kMiners = 10'000;
  BareScenario bare;
  bare.difficulty = 1e9;
  bare.blocks = 4.0;
  bare.fidelity = Fidelity::kFlow;
  bare.schemes.clear();
  for (const double eta : kEtas) bare.schemes.push_back(fmt::format("eta:{}", eta));
  Scenario scenario = bare.build();
  GroupConfig& group = scenario.fleet.groups.front();
  group.mean_ths = group.size.list_ths[0] / static_cast<double>(kMiners);
  group.count = kMiners;
  group.size = {.shape = SizeShape::kLognormal, .sigma = 1.0};
  std::vector<Row> rows;
  std::array<Moments, kEtas.size()> seen;
  for (const auto& world :
       finished_worlds(scenario, effort, effort.worlds(100), [&](const World& w) {
         std::array<double, kEtas.size()> of{};
         for (std::size_t e = 0; e < kEtas.size(); ++e) {
           std::vector<double> pay;
           for (const Satoshi s : w.pool().accounts()[e].book.earned()) pay.push_back(s.btc());
           of[e] = gini(pay);
         }
         return of;
       })) {
    for (std::size_t e = 0; e < kEtas.size(); ++e) {
      if (!std::isnan(world[e])) seen[e].add(world[e]);
    }
  }
  for (std::size_t e = 0; e < kEtas.size(); ++e) {
    const double expected = closed_form::log_normal_power_gini(1.0, kEtas[e]);
    // The Gini of a sample of n is too small by 1 / n of itself.
    rows.push_back(mean_row({fmt::format("19.gini-{:g}", kEtas[e]),
                             fmt::format("Gini of pay, log-normal sigma = 1, eta = {:g}", kEtas[e]),
                             expected, expected / kMiners},
                            seen[e]));
  }
  return rows;
}

}  // namespace

std::vector<Case> eta_cases() {
  return {{"19", "eta = 1 is PPLNS, nothing is lost, Gini of log-normal pay",
           [](const Effort& effort) {
             std::vector<Row> rows = proportional_limit(effort);
             for (Row& row : log_normal(effort)) rows.push_back(std::move(row));
             return rows;
           }},
          {"C13", "split by work^eta", split},
          {"C14", "gain of identities", sybils},
          {"C15", "eta with small counts", small_counts},
          {"C16", "the difficulty of shares under eta", share_difficulty},
          {"C34", "fairness of eta", fairness}};
}

}  // namespace aicmp
