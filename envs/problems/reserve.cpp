#include "envs/problems/reserve.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Sparse>
#include <boost/math/distributions/poisson.hpp>

#include "envs/problems/terms.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

namespace {

enum Part : std::size_t { kFees, kChange, kRuin };
enum Measure : std::size_t { kRealised = 3, kWelfare, kFound };
enum Policy : std::size_t { kAlwaysPps, kAlwaysPplns, kThreshold, kBand, kOptimal };
constexpr double kCell = 0.05;  // of the reserve in the dynamic program, block rewards

double interpolate(const std::vector<double>& values, double reserve) {
  const double at = std::max(reserve / kCell, 0.0);
  const std::size_t cell = std::min(static_cast<std::size_t>(at), values.size() - 2);
  const double part = std::min(at - static_cast<double>(cell), 1.0);
  return values[cell] + part * (values[cell + 1] - values[cell]);
}

/// Of 0, 1, ... blocks on a day, as far as they matter.
std::vector<double> chances_of_blocks(double expected) {
  const boost::math::poisson_distribution<double> blocks(expected);
  std::vector<double> chances;
  for (double left = 1.0; left > 1e-12 && chances.size() <= 600; left -= chances.back()) {
    chances.push_back(boost::math::pdf(blocks, static_cast<double>(chances.size())));
  }
  return chances;
}

}  // namespace

void add_options(OptionTable& table, ReserveConfig& config) {
  const Limits part = Limits::between(0.0, 0.5);
  table.add("blocks_per_day", config.blocks_per_day, "blocks/d",
            Limits{.min = 0.0, .max = 144.0, .min_open = true}, "Expected blocks of the pool.");
  table.add("fee_pps", config.fee_pps, "", part, "Fee under PPS.");
  table.add("fee_pplns", config.fee_pplns, "", part, "Fee under PPLNS.");
  table.add("switch_cost_blocks", config.switch_cost_blocks, "block rewards", Limits::at_least(0.0),
            "Cost of changing the scheme.");
  table.add("start_blocks", config.start_blocks, "block rewards", Limits::between(0.0, 1000.0),
            "Reserve at the start, under PPS.");
  table.add("discount_per_day", config.discount_per_day, "", Limits::between(0.9, 0.9999),
            "Of a reward one day later.");
  table.add("limited_liability", config.limited_liability,
            "Ruin costs the operator nothing but its future; false: also unpaid liabilities and "
            "the franchise, worth what PPLNS would earn for ever.");
  table.add("risk_aversion", config.risk_aversion, "", Limits::between(0.0, 100.0),
            "Of miners, over their income of 100 days: counts in welfare alone.");
  table.add("days", config.days, "d", Limits::between(1.0, 1e7), "Length of an episode.");
}

Reserve::Reserve(const ReserveConfig& config)
    : config_(config), pplns_risk_(risk_fee(config.blocks_per_day, config.risk_aversion)) {
  spec_.id = kId;
  spec_.question = "When does a pool's reserve carry PPS, and when must it fall back to PPLNS?";
  spec_.step = "1 day";
  spec_.reward = "fee income at expected luck less costs of changes and ruin, block rewards";
  spec_.observation = {
      {"reserve", "log(1 + block rewards) / 4", 0.0, 5.0, "what the operator has"},
      {"cover", "days / 10", 0.0, 5.0, "days of PPS liabilities that the reserve covers"},
      {"is_pps", "", 0.0, 1.0, "the scheme of the last day"},
      {"luck", "standard deviations / 3", -5.0, 5.0, "blocks of the last day"},
      {"since_change", "days / 14", 0.0, 5.0, "since the scheme was changed"},
      {"ruin_chance", "", 0.0, 1.0, "of a day of PPS, from this reserve"}};
  spec_.oracle = {{"next_luck", "standard deviations / 3", -5.0, 5.0, "blocks of this day"}};
  spec_.action.sets = {{"scheme", {"pps", "pplns"}}};
  spec_.action.help = "the scheme of this day";
  spec_.parts = {{"fees", "block rewards", 0, 0, "the scheme's fee at expected luck"},
                 {"change", "block rewards", 0, 0, "less the cost of a change"},
                 {"ruin", "block rewards", 0, 0, "less unpaid liabilities and franchise"}};
  spec_.measures = {{"realised", "block rewards", 0, 0, "income of the day, luck included"},
                    {"welfare", "block rewards", 0, 0,
                     "reward and the certainty equivalent of what all miners are paid"},
                    {"found", "blocks", 0, 0, "by the pool"}};
  const Field above{"pps_above", "block rewards", 0.0, 1000.0, "reserve from which PPS is paid"};
  const Field below{"pplns_below", "block rewards", 0.0, 1000.0,
                    "reserve below which PPS is given up"};
  spec_.policies = {
      {"pps", "always PPS", {}, {}},
      {"pplns", "always PPLNS", {}, {}},
      {"threshold", "PPS above one reserve", {above}, {2.0}},
      {"band", "up at one reserve, down at another: (s, S)", {above, below}, {8.0, 2.0}},
      {"optimal", "policy iteration on a grid of reserves", {}, {}}};
  spec_.baseline = "pps";
  spec_.score = Score::kDiscounted;
  spec_.discount = config.discount_per_day;
  spec_.max_steps = config.days;
  fewer_.push_back(0.0);
  for (const double chance : chances_of_blocks(config.blocks_per_day)) {
    fewer_.push_back(fewer_.back() + chance);
  }
}

double Reserve::ruin_cost(double reserve) const {
  if (config_.limited_liability) return 0.0;
  const double franchise =
      config_.fee_pplns * config_.blocks_per_day / (1.0 - config_.discount_per_day);
  return -reserve + franchise;
}

double Reserve::worth_to_miners(const State& state, bool ruined) const {
  const double risk = state.scheme == kPplns ? pplns_risk_ : 0.0;
  const double unpaid = ruined && config_.limited_liability ? -state.reserve : 0.0;
  return (1.0 - fee(state.scheme)) * (1.0 - risk) * config_.blocks_per_day - unpaid;
}

Reserve::Solution Reserve::solve() const {
  // Far above this PPS is safe for as long as anybody discounts: ruin falls as exp(-2 f R).
  const double top =
      std::clamp(3.0 / std::max(config_.fee_pps, 0.01), 60.0, 300.0) + config_.start_blocks;
  const auto cells = static_cast<Eigen::Index>(top / kCell);
  const std::vector<double> chances = chances_of_blocks(config_.blocks_per_day);
  // Unknown 2 i + s: value of the day that starts with reserve i and is paid under scheme s.
  using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;
  const Eigen::Index size = 2 * cells;
  Eigen::VectorXd value = Eigen::VectorXd::Zero(size);
  std::vector<Eigen::Index> next_scheme(static_cast<std::size_t>(size), kPplns);
  for (Eigen::Index i = 0; i < size; ++i) next_scheme[static_cast<std::size_t>(i)] = i % 2;
  for (int round = 0; round < 50; ++round) {
    std::vector<Eigen::Triplet<double>> entries;
    Eigen::VectorXd gain(size);
    for (Eigen::Index i = 0; i < size; ++i) {
      const std::int64_t scheme = i % 2, level = i / 2;
      entries.emplace_back(i, i, 1.0);
      gain[i] = fee(scheme) * config_.blocks_per_day;
      for (std::size_t k = 0; k < chances.size(); ++k) {
        const double reserve =
            static_cast<double>(level) * kCell + flow(scheme, static_cast<double>(k));
        if (reserve < -1e-9) {
          gain[i] -= chances[k] * ruin_cost(reserve);
          continue;
        }
        const double at = std::min(reserve / kCell + 1e-9, static_cast<double>(cells - 1) - 1e-9);
        const auto cell = static_cast<Eigen::Index>(at);
        const double part = at - static_cast<double>(cell);
        for (const Eigen::Index step : {Eigen::Index{0}, Eigen::Index{1}}) {
          const double weight =
              chances[k] * config_.discount_per_day * (step == 0 ? 1.0 - part : part);
          if (weight < 1e-15) continue;
          const Eigen::Index chosen =
              next_scheme[static_cast<std::size_t>(2 * (cell + step) + scheme)];
          if (chosen != scheme) gain[i] -= weight * config_.switch_cost_blocks;
          entries.emplace_back(i, 2 * (cell + step) + chosen, -weight);
        }
      }
    }
    Matrix system(size, size);
    system.setFromTriplets(entries.begin(), entries.end());
    Eigen::BiCGSTAB<Matrix, Eigen::IncompleteLUT<double>> solver;
    solver.setTolerance(1e-12);
    solver.compute(system);
    value = solver.solveWithGuess(gain, value);
    bool changed = false;
    for (Eigen::Index i = 0; i < size; ++i) {
      const Eigen::Index scheme = i % 2;
      const Eigen::Index other = i - scheme + (1 - scheme);
      const Eigen::Index best =
          value[other] - config_.switch_cost_blocks > value[i] + 1e-9 ? 1 - scheme : scheme;
      changed |= next_scheme[static_cast<std::size_t>(i)] != best;
      next_scheme[static_cast<std::size_t>(i)] = best;
    }
    if (!changed) break;
  }
  Solution solution;
  for (Eigen::Index i = 0; i < size; ++i) solution.after[i % 2].push_back(value[i]);
  return solution;
}

std::optional<Optimum> Reserve::optimum() const {
  const double stay = interpolate(solution().after[kPps], config_.start_blocks);
  const double change =
      interpolate(solution().after[kPplns], config_.start_blocks) - config_.switch_cost_blocks;
  return Optimum{.value = std::max(stay, change),
                 .method = "policy iteration on a grid of reserves, episodes without end"};
}

void Reserve::reset(State& state, const WorldKey& key) const {
  state = State{.blocks = Rng(key, StreamId::kBlockInterval), .reserve = config_.start_blocks};
}

Transition Reserve::step(State& state, const Action& action, std::span<double> numbers) const {
  const bool changes = action.choice() != state.scheme;
  state.scheme = action.choice();
  state.since_change = changes ? 0 : state.since_change + 1;
  state.found = poisson(state.blocks, config_.blocks_per_day);
  const double income = flow(state.scheme, static_cast<double>(state.found));
  state.reserve += income;
  const bool ruined = state.reserve < -1e-9;
  numbers[kFees] = fee(state.scheme) * config_.blocks_per_day;
  numbers[kChange] = changes ? -config_.switch_cost_blocks : 0.0;
  numbers[kRuin] = ruined ? -ruin_cost(state.reserve) : 0.0;
  numbers[kRealised] = income;
  numbers[kWelfare] =
      numbers[kFees] + numbers[kChange] + numbers[kRuin] + worth_to_miners(state, ruined);
  numbers[kFound] = static_cast<double>(state.found);
  return {.terminated = ruined};
}

double Reserve::luck(std::int64_t found) const {
  return (static_cast<double>(found) - config_.blocks_per_day) / std::sqrt(config_.blocks_per_day);
}

void Reserve::observe(const State& state, std::span<float> out) const {
  const double reserve = std::max(state.reserve, 0.0);
  out[0] = static_cast<float>(std::log1p(reserve) / 4.0);
  out[1] = static_cast<float>(reserve / (config_.blocks_per_day * (1.0 - config_.fee_pps)) / 10.0);
  out[2] = state.scheme == kPps ? 1.0f : 0.0f;
  out[3] = static_cast<float>(luck(state.found) / 3.0);
  out[4] = static_cast<float>(state.since_change / 14.0);
  const double needed = std::ceil(-flow(kPps, 0.0) - reserve - 1e-9);
  out[5] = needed > 0.0 ? static_cast<float>(fewer_[static_cast<std::size_t>(needed)]) : 0.0f;
}

void Reserve::foresee(const State& state, std::span<float> out) const {
  Rng blocks = state.blocks;
  out[0] = static_cast<float>(luck(poisson(blocks, config_.blocks_per_day)) / 3.0);
}

void Reserve::act(std::size_t policy, std::span<const double> parameters, const State& state,
                  const Decision& decision) const {
  std::int64_t scheme = kPps;
  switch (policy) {
    case kAlwaysPplns:
      scheme = kPplns;
      break;
    case kThreshold:
      scheme = state.reserve >= parameters[0] ? kPps : kPplns;
      break;
    case kBand:
      scheme = state.scheme == kPps ? (state.reserve >= parameters[1] ? kPps : kPplns)
                                    : (state.reserve >= parameters[0] ? kPps : kPplns);
      break;
    case kOptimal: {
      const std::int64_t other = 1 - state.scheme;
      const double stay = interpolate(solution().after[state.scheme], state.reserve);
      const double change = interpolate(solution().after[other], state.reserve);
      scheme = change - config_.switch_cost_blocks > stay ? other : state.scheme;
      break;
    }
    default:
      break;
  }
  decision.choices[0] = scheme;
}

}  // namespace aicmp
