#include "envs/problems/pool_terms.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "envs/problems/checks.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

namespace {

enum Set : std::size_t { kFeeSet, kEtaSet };
enum Measure : std::size_t { kRealised = 1, kWelfare, kInPool, kFee, kEta };
enum Policy : std::size_t { kFixed, kFollow, kMyopic, kOptimal };

MarkovChain competitor_chain(const PoolTermsConfig& config) {
  const std::size_t states = config.competitor_fees.size();
  if (states == 0 || states > 64) {
    throw ConfigError({}, "competitor_fees", fmt::format("{} fees", states), "1 to 64");
  }
  check_transitions(config.transitions, states, "transitions");
  return MarkovChain(states, config.transitions);
}

double drawn(const std::vector<double>& values, Rng& rng) {
  return values[static_cast<std::size_t>(uniform(rng) * static_cast<double>(values.size()))];
}

void check_list(const std::vector<double>& values, const std::string& key) {
  if (values.empty()) throw ConfigError({}, key, "no values", "at least one");
}

}  // namespace

void add_options(OptionTable& table, PoolTermsConfig& config) {
  const Limits part = Limits::between(0.0, 1.0);
  table.add("notice_days", config.notice_days, "d", Limits::between(1.0, 365.0),
            "Between the announcement of terms and the day they hold: one step.");
  table.add("max_change", config.max_change, "", Limits::between(kFeeStep, 0.05),
            "Largest change of the fee by one notice, in steps of 0.001.");
  table.add("competitor_fees", config.competitor_fees, "", part, "Fees elsewhere, a Markov chain.");
  table.add("transitions", config.transitions, "", part,
            "Its transition matrix per notice, row after row; each row sums to 1.");
  add_options(table, config.groups);
  table.add("sensitivity", config.sensitivity, "log odds per unit of fee", Limits::positive(),
            "Of miners to fees; of several, each episode draws one.");
  table.add("leave_per_week", config.leave_per_week, "", part,
            "Part of those who want to leave that does; of several, each episode draws one.");
  table.add("join_per_week", config.join_per_week, "", part,
            "Part of those who want to join that does; of several, each episode draws one.");
  table.add("start_part", config.start_part, "", part, "Of the miners, in the pool at the start.");
  table.add("start_fee", config.start_fee, "", Limits::between(0.0, kMostFee * kFeeStep),
            "Fee at the start.");
  table.add("blocks_per_day", config.blocks_per_day, "blocks/d", Limits::between(0.0, 144.0),
            "Expected blocks of all these miners.");
  table.add("days", config.days, "d", Limits::between(1.0, 1e7), "Length of an episode.");
}

PoolTerms::PoolTerms(const PoolTermsConfig& config)
    : config_(config),
      groups_(config.groups, kMostGroups),
      chain_(competitor_chain(config)),
      most_change_(fee_steps(config.max_change)) {
  check_list(config.sensitivity, "sensitivity");
  check_list(config.leave_per_week, "leave_per_week");
  check_list(config.join_per_week, "join_per_week");
  describe();
}

void PoolTerms::describe() {
  spec_.id = kId;
  spec_.question = "Which fee and which eta should a pool announce to miners who may leave?";
  spec_.step = fmt::format("{:g} days, the notice of new terms; dt in days", config_.notice_days);
  spec_.reward = "fee income at expected luck, % of a day's revenue of all these miners";
  spec_.observation = {
      {"fee", "fee / 2 %", 0.0, 5.0, "in force in this step"},
      {"eta", "-log10(1 - eta + 1e-4) / 4", 0.0, 1.0, "in force in this step"},
      {"competitor_fee", "fee / 2 %", 0.0, 5.0, "elsewhere, in this step"},
      {"in_pool", "of the hash rate", 0.0, 1.0, "of all these miners"},
      {"flow", "of the hash rate * 10", -5.0, 5.0, "into the pool in the last step"}};
  for (std::size_t i = 0; i < groups_.size() && groups_.size() > 1; ++i) {
    spec_.observation.push_back(
        {fmt::format("group_{}", i + 1), "of its hash rate", 0.0, 1.0, "in the pool"});
  }
  spec_.oracle = {{"next_competitor_fee", "fee / 2 %", 0.0, 5.0, "in the next step"}};
  spec_.action.sets = {{"fee_change", {}}, {"eta", {}}};
  for (std::int32_t change = -most_change_; change <= most_change_; ++change) {
    spec_.action.sets[kFeeSet].choices.push_back(fmt::format("{:+.1f}_points", 0.1 * change));
  }
  for (const double eta : kEtas) {
    spec_.action.sets[kEtaSet].choices.push_back(fmt::format("eta_{:g}", eta));
  }
  spec_.action.masked = true;
  spec_.action.help = "terms of the next step: change of the fee, which stays in [0, 5 %], and eta";
  spec_.parts = {{"fees", "%", 0, 0, "fee income at expected luck"}};
  spec_.measures = {
      {"realised", "%", 0, 0, "fee income, luck included"},
      {"welfare", "%", 0, 0, "fee income and what the pool's miners gain over the fee elsewhere"},
      {"in_pool", "of the hash rate", 0, 0, "of all these miners, during the step"},
      {"fee", "", 0, 0, "during the step"},
      {"eta", "", 0, 0, "during the step"}};
  describe_policies();
  spec_.baseline = "follow";
  spec_.score = Score::kRate;
  spec_.max_steps = static_cast<std::int64_t>(std::ceil(config_.days / config_.notice_days));
}

void PoolTerms::describe_policies() {
  const Field eta{"eta", "", kEtas.back(), 1.0, "the nearest choice is announced"};
  spec_.policies = {{"fixed",
                     "go to one fee and stay there",
                     {{"fee", "", 0.0, kMostFee * kFeeStep, "to stay at"}, eta},
                     {chain_.stationary_mean(config_.competitor_fees), 1.0}},
                    {"follow",
                     "the competitor's fee and a little more",
                     {{"above", "", -0.05, 0.05, "what the fee is above the competitor's"}, eta},
                     {0.0, 1.0}},
                    {"myopic", "the fee that earns most in the next step: always higher", {}, {}}};
  if (solvable()) {
    spec_.policies.push_back({"optimal", "relative value iteration on a grid", {}, {}});
  }
}

Churn PoolTerms::churn(double sensitivity, double leave, double join) const {
  return {sensitivity, part_in(config_.notice_days, leave), part_in(config_.notice_days, join)};
}

bool PoolTerms::solvable() const {
  return groups_.size() == 1 && config_.sensitivity.size() == 1 &&
         config_.leave_per_week.size() == 1 && config_.join_per_week.size() == 1;
}

void PoolTerms::reset(State& state, const WorldKey& key) const {
  state = State{};
  state.competitor = Rng(key, StreamId::kPrice);
  state.blocks = Rng(key, StreamId::kBlockInterval);
  Rng people(key, StreamId::kBehaviour);
  const double sensitivity = drawn(config_.sensitivity, people);
  const double leave = drawn(config_.leave_per_week, people);
  state.churn = churn(sensitivity, leave, drawn(config_.join_per_week, people));
  std::fill_n(state.part.begin(), groups_.size(), config_.start_part);
  state.last_in_pool = config_.start_part;
  state.fee = fee_steps(config_.start_fee);
  state.competitor_at = static_cast<std::uint32_t>(chain_.stationary(state.competitor));
}

bool PoolTerms::allows(const State& state, std::size_t set, std::int64_t choice) const {
  const std::int64_t fee = state.fee + choice - most_change_;
  return set == kEtaSet || (fee >= 0 && fee <= kMostFee);
}

void PoolTerms::move_miners(const State& state, std::span<double> part) const {
  std::array<double, kMostGroups> fees{};
  const std::span<double> all(fees.data(), groups_.size());
  groups_.marginal_fees(state.part, kFeeStep * state.fee,
                        kEtas[static_cast<std::size_t>(state.eta)], all);
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    part[i] = moved_part(state.part[i], competitor_fee(state) - fees[i], state.churn);
  }
}

Transition PoolTerms::step(State& state, const Action& action, std::span<double> numbers) const {
  const double in_pool = groups_.in_pool(state.part);
  const double fee = kFeeStep * state.fee;
  const double revenue = 100.0 * config_.notice_days;
  const double blocks = config_.blocks_per_day * config_.notice_days * in_pool;
  const auto found = static_cast<double>(poisson(state.blocks, blocks));
  numbers[0] = revenue * fee * in_pool;
  numbers[kRealised] = blocks > 0.0 ? numbers[0] * found / blocks : 0.0;
  numbers[kWelfare] = revenue * competitor_fee(state) * in_pool;
  numbers[kInPool] = in_pool;
  numbers[kFee] = fee;
  numbers[kEta] = kEtas[static_cast<std::size_t>(state.eta)];

  std::array<double, kMostGroups> part{};
  move_miners(state, part);
  state.part = part;
  state.last_in_pool = in_pool;
  state.fee += static_cast<std::int32_t>(action.choices[kFeeSet]) - most_change_;
  state.eta = static_cast<std::int32_t>(action.choices[kEtaSet]);
  state.competitor_at =
      static_cast<std::uint32_t>(chain_.next(state.competitor_at, state.competitor));
  return {.dt = config_.notice_days};
}

void PoolTerms::observe(const State& state, std::span<float> out) const {
  const double eta = kEtas[static_cast<std::size_t>(state.eta)];
  const double in_pool = groups_.in_pool(state.part);
  out[0] = static_cast<float>(kFeeStep * state.fee / 0.02);
  out[1] = static_cast<float>(-std::log10(1.0 - eta + 1e-4) / 4.0);
  out[2] = static_cast<float>(competitor_fee(state) / 0.02);
  out[3] = static_cast<float>(in_pool);
  out[4] = static_cast<float>((in_pool - state.last_in_pool) * 10.0);
  for (std::size_t k = 5; k < out.size(); ++k) out[k] = static_cast<float>(state.part[k - 5]);
}

void PoolTerms::foresee(const State& state, std::span<float> out) const {
  Rng competitor = state.competitor;
  out[0] = static_cast<float>(
      config_.competitor_fees[chain_.next(state.competitor_at, competitor)] / 0.02);
}

void PoolTerms::act(std::size_t policy, std::span<const double> parameters, const State& state,
                    const Decision& decision) const {
  std::int32_t fee = kMostFee;
  std::size_t eta = 0;
  switch (policy) {
    case kFixed:
      fee = fee_steps(parameters[0]);
      eta = nearest_eta(parameters[1]);
      break;
    case kFollow:
      fee = fee_steps(competitor_fee(state) + parameters[0]);
      eta = nearest_eta(parameters[1]);
      break;
    case kOptimal:
      std::tie(fee, eta) = optimal_terms(state);
      break;
    default:
      break;
  }
  const std::int32_t change = std::clamp(fee - state.fee, -most_change_, most_change_);
  decision.choices[kFeeSet] = change + most_change_;
  decision.choices[kEtaSet] = static_cast<std::int64_t>(eta);
}

}  // namespace aicmp
