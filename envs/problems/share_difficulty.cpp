#include "envs/problems/share_difficulty.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

namespace {

// kStales is the last part of the reward, or the first measure (count_stales).
enum Part : std::size_t { kTraffic, kFaults, kLumpiness, kChange, kRejects, kStales };
enum Measure : std::size_t { kExcess = 6, kShareCount, kDifficulty, kChanged };
enum Policy : std::size_t { kFixed, kOptimum, kSequential, kOracle, kFirstRule };
constexpr auto kOctaves = ShareView::kOctaves;
constexpr std::int64_t kNothing = ShareView::kKeep;
constexpr double kPpm = 1e6;
constexpr double kPercent = 100.0;
constexpr double kYearS = kDaysPerMarketYear * kSecondsPerDay;
constexpr double kReferenceHash = ShareView::kReferenceHash;
constexpr double kSlowest = 1.0 / 600.0;  // target rates, shares/s
constexpr double kFastest = 5.0;
constexpr double kWidestBand = ShareView::kWidestBand;
constexpr double kBlockS = 600.0;

/// Of shares, with so long a round trip: a block came while they were on their way, or the word of
/// it was.
double stale_part(double rtt_s) {
  return -std::expm1(-rtt_s / kBlockS);
}

/// Mean of f(x), x log-uniform in [low, high].
template <typename F>
double log_uniform_mean(double low, double high, const F& f) {
  constexpr int kPoints = 256;
  double sum = 0.0;
  for (int i = 0; i < kPoints; ++i) sum += f(low * std::pow(high / low, (i + 0.5) / kPoints));
  return sum / kPoints;
}

void check(const ShareDifficultyConfig& config) {
  if (config.hash_max_ths < config.hash_min_ths) {
    throw ConfigError({}, "hash_max_ths", fmt::format("{:g}", config.hash_max_ths),
                      fmt::format("at least hash_min_ths, {:g}", config.hash_min_ths));
  }
  const bool none = config.rtt_max_ms == 0.0;
  if (none ? config.rtt_min_ms > 0.0 : config.rtt_min_ms == 0.0) {
    throw ConfigError({}, "rtt_min_ms", fmt::format("{:g}", config.rtt_min_ms),
                      none ? "0, as rtt_max_ms" : "more than 0, as rtt_max_ms");
  }
  if (config.rtt_max_ms < config.rtt_min_ms) {
    throw ConfigError({}, "rtt_max_ms", fmt::format("{:g}", config.rtt_max_ms),
                      fmt::format("at least rtt_min_ms, {:g}", config.rtt_min_ms));
  }
  if (config.hash_parts.empty() || config.hash_parts.size() > 64) {
    throw ConfigError({}, "hash_parts", fmt::format("{} parts", config.hash_parts.size()),
                      "1 to 64");
  }
  if (config.difficulty_max < config.difficulty_min) {
    throw ConfigError({}, "difficulty_max", fmt::format("{:g}", config.difficulty_max),
                      fmt::format("at least difficulty_min, {:g}", config.difficulty_min));
  }
}

}  // namespace

void add_options(OptionTable& table, ShareDifficultyConfig& config) {
  using Form = ShareDifficultyConfig::Actions;
  using Unit = ShareDifficultyConfig::Unit;
  table.add_choice("actions", config.actions, {{"octaves", Form::kOctaves}, {"rate", Form::kRate}},
                   "Choose a step of log2 of the difficulty, or (continuous) a target rate of "
                   "shares and a band in which nothing is changed.");
  table.add_choice("costs_in", config.costs_in, {{"ppm", Unit::kPpm}, {"percent", Unit::kPercent}},
                   "In ppm of the miner's revenue, or in percent of the least cost at its "
                   "hash rate, so that small and large miners count alike.");
  table.add("hash_min_ths", config.hash_min_ths, "TH/s", Limits::positive(),
            "Least nameplate hash rate; each episode draws it log-uniformly.");
  table.add("hash_max_ths", config.hash_max_ths, "TH/s", Limits::positive(),
            "Largest nameplate hash rate.");
  table.add("hash_parts", config.hash_parts, "of nameplate",
            Limits{.min = 0.0, .max = 2.0, .min_open = true},
            "Hash rates that the miner changes between; one: constant.");
  table.add("part_mean_hours", config.part_mean_hours, "h", Limits::positive(),
            "Mean time between changes.");
  table.add("start_error", config.start_error, "", Limits::at_least(1.0),
            "The first difficulty over the best one is log-uniform in [1/x, x].");
  table.add("rtt_min_ms", config.rtt_min_ms, "ms", Limits::between(0.0, 1000.0),
            "Least round trip of the connection; each episode draws it log-uniformly.");
  table.add("rtt_max_ms", config.rtt_max_ms, "ms", Limits::between(0.0, 1000.0),
            "Longest round trip; 0: none, so that no share is refused.");
  table.add("count_stales", config.count_stales,
            "Stale shares, which no action changes, are part of the reward; false: a measure.");
  table.add_choice(
      "judge_by", config.judge_by, {{"job", JudgeBy::kJob}, {"connection", JudgeBy::kConnection}},
      "Shares are judged by the difficulty of their job, or by the connection's newest "
      "one, which rejects some for a round trip after a raise.");
  table.add("hash_price_usd_per_phs_day", config.cost.hash_price_usd_per_phs_day, "USD/(PH/s d)",
            Limits::positive(), "What hash rate earns.");
  table.add("share_cost_usd", config.cost.share_cost_usd, "USD", Limits::positive(),
            "Cost of a share to the pool.");
  table.add("faults_per_day", config.cost.faults_per_day, "1/d", Limits::at_least(0.0),
            "Faults that stop the miner.");
  table.add("alarm_part", config.cost.alarm_part, "of faults", Limits::between(0.0, 1.0),
            "Faults that the pool's alarm is the first to notice.");
  table.add("alarm_shares", config.cost.alarm_shares, "mean intervals", Limits::positive(),
            "Silence that raises the alarm.");
  table.add("change_seconds", config.change_seconds, "s", Limits::at_least(0.0),
            "Hashing lost by a change of difficulty.");
  table.add("difficulty_min", config.difficulty_min, "", Limits::positive(),
            "Least difficulty of a share.");
  table.add("difficulty_max", config.difficulty_max, "", Limits::positive(),
            "Largest difficulty of a share: that of the network, or less.");
  table.add("dwell_s", config.dwell_s, "s", Limits::at_least(0.0),
            "Least time between two changes.");
  table.add("step_s", config.step_s, "s", Limits::between(1.0, 3600.0), "Length of a step.");
  table.add("steps", config.steps, "", Limits::between(1.0, 1e7), "Length of an episode.");
}

ShareDifficulty::ShareDifficulty(const ShareDifficultyConfig& config)
    : config_(config),
      rules_({config.difficulty_min, config.difficulty_max}),
      kept_(ShareView::kept(config.step_s)) {
  check(config);
  describe();
}

void ShareDifficulty::describe() {
  spec_.id = kId;
  spec_.question = "Which share difficulty should a connection have?";
  spec_.step = fmt::format("{:g} s", config_.step_s);
  const bool relative = config_.costs_in == Config::Unit::kPercent;
  const char* unit = relative ? "%" : "ppm";
  spec_.reward = fmt::format("minus the cost of the true share rate and of refused shares, {}",
                             relative ? "% of the least cost" : "ppm of the miner's revenue");
  describe_observation();
  describe_action();
  spec_.parts = {{"traffic", unit, 0, 0, "less the cost of shares"},
                 {"faults", unit, 0, 0, "less income lost until a fault is noticed"},
                 {"lumpiness", unit, 0, 0, "less the risk of pay by rare shares"},
                 {"change", unit, 0, 0, "less hashing lost by a change"},
                 {"rejects", unit, 0, 0, "less shares that a raise rejects"}};
  (config_.count_stales ? spec_.parts : spec_.measures)
      .push_back({"stales", unit, 0, 0, "less shares of old blocks, whatever the difficulty"});
  spec_.measures.insert(spec_.measures.end(),
                        {{"excess", unit, 0, 0, "cost but for stales over that of the best rate"},
                         {"shares", "", 0, 0, "accepted in the step"},
                         {"difficulty", "", 0, 0, "during the step"},
                         {"changed", "", 0, 0, "1 if the difficulty was changed"}});
  describe_policies();
  spec_.baseline = "vardiff_ckpool";
  spec_.score = Score::kRate;
  spec_.max_steps = config_.steps;
}

void ShareDifficulty::describe_observation() {
  constexpr std::array kHelp = {"estimated from shares",
                                "relative error of that estimate",
                                "estimated at the present difficulty",
                                "accepted in the last step",
                                "since the last share",
                                "since the difficulty was changed",
                                "of the connection",
                                "refused for an old block, of late",
                                "refused for anything else, of late"};
  for (std::size_t k = 0; k < kHelp.size(); ++k) {
    const ShareView::Feature& feature = ShareView::kFeatures[k];
    spec_.observation.push_back({feature.name, feature.unit, feature.low, feature.high, kHelp[k]});
  }
  spec_.oracle = {{"true_hash", "log(hash rate / 100 TH/s)", -12.0, 12.0, "in this moment"},
                  {"until_change", "h / 24", 0.0, 5.0, "of the hash rate"}};
}

void ShareDifficulty::describe_action() {
  if (config_.actions == Config::Actions::kRate) {
    spec_.action.numbers = {
        {"rate", "log(shares/s)", std::log(kSlowest), std::log(kFastest), "to aim at"},
        {"band", "octaves", 0.0, kWidestBand,
         "the difficulty stays if it is so near to its aim; at the upper end always"}};
    spec_.action.help = "aim at estimated hash rate / rate";
  } else {
    spec_.action.sets = {{"difficulty", {}}};
    for (std::size_t k = 0; k < kOctaves.size(); ++k) {
      spec_.action.sets[0].choices.push_back(ShareView::choice_name(k));
    }
    spec_.action.masked = true;
    spec_.action.help = "change of log2 of the difficulty; keep is choice 3";
  }
}

void ShareDifficulty::describe_policies() {
  const Field band{"band", "octaves", 0.0, 10.0, "distance from the best difficulty that is left"};
  spec_.policies = {{"fixed", "never change", {}, {}},
                    {"optimum", "the best difficulty at the estimated hash rate", {band}, {0.5}},
                    {"sequential",
                     "the same, after enough shares",
                     {{"shares", "", 0.0, 1e6, "needed since the last change"}, band},
                     {24.0, 0.5}},
                    {"oracle", "the same, knowing the hash rate", {}, {}, true}};
  const auto rules = rules_.specs();
  spec_.policies.insert(spec_.policies.end(), rules.begin(), rules.end());
}

double ShareDifficulty::estimate(const State& state) const {
  return state.view.hashes_per_s(config_.step_s, state.difficulty);
}

double ShareDifficulty::towards(const State& state, double hashes_per_s, double band) const {
  const double best = config_.cost.best_difficulty(hashes_per_s);
  return std::abs(std::log2(best / state.difficulty)) <= band ? state.difficulty : best;
}

bool ShareDifficulty::allows(const State& state, std::size_t, std::int64_t choice) const {
  if (choice == kNothing) return true;
  const double after = state.difficulty * ShareView::kFactors[static_cast<std::size_t>(choice)];
  return state.view.since_change_s >= config_.dwell_s && after >= config_.difficulty_min &&
         after <= config_.difficulty_max;
}

double ShareDifficulty::wanted(const State& state, const Action& action) const {
  if (action.numbers.empty()) {
    return state.difficulty * ShareView::kFactors[static_cast<std::size_t>(action.choice())];
  }
  if (state.view.since_change_s < config_.dwell_s) return state.difficulty;
  return state.view.aim(config_.step_s, state.difficulty, action.numbers[0], action.numbers[1],
                        config_.difficulty_min, config_.difficulty_max);
}

void ShareDifficulty::aim(const State& state, double difficulty, const Decision& decision) const {
  if (!decision.numbers.empty()) {
    const double rate = estimate(state) / kHashesPerWork / difficulty;
    decision.numbers[0] =
        std::clamp(static_cast<float>(std::log(rate)), static_cast<float>(std::log(kSlowest)),
                   static_cast<float>(std::log(kFastest)));
    decision.numbers[1] = difficulty == state.difficulty ? static_cast<float>(kWidestBand) : 0.0f;
    return;
  }
  const double away = std::log2(difficulty / state.difficulty);
  decision.choices[0] = kNothing;
  double least = std::abs(away);
  for (std::size_t i = 0; i < kOctaves.size(); ++i) {
    const auto choice = static_cast<std::int64_t>(i);
    if (std::abs(kOctaves[i] - away) < least && allows(state, 0, choice)) {
      least = std::abs(kOctaves[i] - away);
      decision.choices[0] = choice;
    }
  }
}

void ShareDifficulty::reset(State& state, const WorldKey& key) const {
  state = State{};
  state.hash = Rng(key, StreamId::kBehaviour);
  state.shares = Rng(key, StreamId::kShares);
  state.refused = Rng(key, StreamId::kStaleShares);
  state.times = Rng(key, StreamId::kPolicy);
  const double span = std::log(config_.hash_max_ths / config_.hash_min_ths);
  state.nameplate = 1e12 * config_.hash_min_ths * std::exp(span * uniform(state.hash));
  const double error = std::log(config_.start_error) * (2.0 * uniform(state.hash) - 1.0);
  const std::size_t parts = config_.hash_parts.size();
  state.part =
      config_
          .hash_parts[static_cast<std::size_t>(uniform(state.hash) * static_cast<double>(parts))];
  state.part_left_s = exponential(state.hash) * config_.part_mean_hours * 3600.0;
  const double hash = state.nameplate * state.part;
  state.difficulty = std::clamp(config_.cost.best_difficulty(hash) * std::exp(error),
                                config_.difficulty_min, config_.difficulty_max);
  state.view.since_change_s = config_.dwell_s;
  if (config_.rtt_max_ms > 0.0) {
    const double longest = std::log(config_.rtt_max_ms / config_.rtt_min_ms);
    state.view.rtt_s = 1e-3 * config_.rtt_min_ms * std::exp(longest * uniform(state.refused));
    state.stale_part = stale_part(state.view.rtt_s);
  }
}

void ShareDifficulty::run_hash(State& state, double seconds, double* mean_hashes) const {
  const std::size_t parts = config_.hash_parts.size();
  double hashes = 0.0;
  double left = seconds;
  while (parts > 1 && state.part_left_s < left) {
    hashes += state.part_left_s * state.nameplate * state.part;
    left -= state.part_left_s;
    state.part =
        config_
            .hash_parts[static_cast<std::size_t>(uniform(state.hash) * static_cast<double>(parts))];
    state.part_left_s = exponential(state.hash) * config_.part_mean_hours * 3600.0;
  }
  state.part_left_s -= left;
  *mean_hashes = (hashes + left * state.nameplate * state.part) / seconds;
}

Transition ShareDifficulty::step(State& state, const Action& action,
                                 std::span<double> numbers) const {
  const double before = state.difficulty;
  state.difficulty = wanted(state, action);
  const bool changed = state.difficulty != before;
  double hash = 0.0;
  run_hash(state, config_.step_s, &hash);
  const double rate = hash / (state.difficulty * kHashesPerWork);
  const double rtt_s = state.view.rtt_s;
  const double due = rate * config_.step_s;
  const double in_time = 1.0 - state.stale_part;

  ShareView::Step seen;
  double rejected_part = 0.0;  // of the step's work
  if (rtt_s > 0.0) {
    // Until the miner hears of a raise it sends shares as well that do not do any more.
    const double raise =
        config_.judge_by == JudgeBy::kConnection ? std::max(state.difficulty / before, 1.0) : 1.0;
    const double too_easy = rate * rtt_s * (raise - 1.0);
    const double stale = state.stale_part * (due + too_easy);
    seen.stale = static_cast<double>(poisson(state.refused, stale));
    seen.rejected = static_cast<double>(poisson(state.refused, in_time * too_easy));
    rejected_part = rtt_s / config_.step_s * (1.0 - 1.0 / raise);
  }
  seen.shares = static_cast<double>(poisson(state.shares, in_time * due));
  seen.work = seen.shares * state.difficulty;
  // Given that n > 0 shares came, the last is a 1/(n + 1) of the step before its end in the mean.
  seen.last_before_end_s = config_.step_s / (seen.shares + 1.0);
  seen.changed = changed;
  state.view.add_step(config_.step_s, kept_, seen);

  ++state.steps;

  const double income = config_.cost.income_usd_per_s(hash);
  const double fault_rate = config_.cost.faults_per_day / 86400.0 * config_.cost.alarm_part;
  const auto costs = [&](double r) {
    // A fault costs at most all income.
    return std::array{config_.cost.share_cost_usd * r / income,
                      std::min(fault_rate * config_.cost.alarm_shares / r, 1.0),
                      1.0 / (r * kYearS)};
  };
  const auto now = costs(rate);
  const auto best = costs(config_.cost.best_rate(hash));
  const double least = best[0] + best[1] + best[2];
  const double scale = config_.costs_in == Config::Unit::kPercent ? kPercent / least : kPpm;
  numbers[kTraffic] = -scale * now[0];
  numbers[kFaults] = -scale * now[1];
  numbers[kLumpiness] = -scale * std::min(now[2], 1.0);
  numbers[kChange] = changed ? -scale * config_.change_seconds / config_.step_s : 0.0;
  numbers[kRejects] = -scale * rejected_part;
  numbers[kStales] = -scale * state.stale_part;
  numbers[kExcess] = -(numbers[kTraffic] + numbers[kFaults] + numbers[kLumpiness] +
                       numbers[kChange] + numbers[kRejects]) -
                     scale * least;
  numbers[kShareCount] = seen.shares;
  numbers[kDifficulty] = state.difficulty;
  numbers[kChanged] = changed ? 1.0 : 0.0;
  return {.dt = 1.0};
}

void ShareDifficulty::observe(const State& state, std::span<float> out) const {
  state.view.observe(config_.step_s, state.difficulty, out);
}

void ShareDifficulty::foresee(const State& state, std::span<float> out) const {
  out[0] = static_cast<float>(std::log(state.nameplate * state.part / kReferenceHash));
  out[1] = static_cast<float>(state.part_left_s / 3600.0 / 24.0);
}

double ShareDifficulty::wanted_by(std::size_t policy, std::span<const double> parameters,
                                  const State& state, Memory& memory) const {
  if (policy >= kFirstRule) {
    const std::size_t rule = policy - kFirstRule;
    const double now_s = static_cast<double>(state.steps) * config_.step_s;
    if (!memory.started || memory.rule != rule) {
      rules_.start(memory, rule, parameters[0], state.difficulty, now_s, state.times);
      return state.difficulty;
    }
    return rules_.wanted(memory, parameters[0],
                         {now_s - config_.step_s, now_s,
                          static_cast<std::int64_t>(state.view.last_shares), state.difficulty});
  }
  switch (policy) {
    case kOptimum:
      return towards(state, estimate(state), parameters[0]);
    case kSequential: {
      const bool silent =
          state.view.shares_seen < 1.0 && state.view.since_change_s >= config_.step_s;
      const bool enough = state.view.shares_seen >= parameters[0];
      return enough || silent ? towards(state, estimate(state), parameters[1]) : state.difficulty;
    }
    case kOracle:
      return towards(state, state.nameplate * state.part, 0.25);
    default:
      return state.difficulty;
  }
}

void ShareDifficulty::act(std::size_t policy, std::span<const double> parameters,
                          const State& state, Memory& memory, const Decision& decision) const {
  aim(state, wanted_by(policy, parameters, state, memory), decision);
}

std::optional<Optimum> ShareDifficulty::optimum() const {
  const bool stales = config_.count_stales && config_.rtt_max_ms > 0.0;
  const double stale =
      stales ? log_uniform_mean(config_.rtt_min_ms, config_.rtt_max_ms,
                                [](double rtt_ms) { return stale_part(1e-3 * rtt_ms); })
             : 0.0;
  const auto over_miners = [&](const auto& f) {
    double sum = 0.0;
    for (const double part : config_.hash_parts) {
      sum += log_uniform_mean(config_.hash_min_ths, config_.hash_max_ths, [&](double ths) {
        const double hash = 1e12 * ths * part;
        return f(config_.cost.part_of_income(config_.cost.best_rate(hash), hash));
      });
    }
    return sum / static_cast<double>(config_.hash_parts.size());
  };
  const bool relative = config_.costs_in == Config::Unit::kPercent;
  const double cost =
      relative ? kPercent * (1.0 + stale * over_miners([](double least) { return 1.0 / least; }))
               : kPpm * (over_miners([](double least) { return least; }) + stale);
  return Optimum{
      .value = -cost,
      .method = fmt::format("the best rate at the true hash rate: r* = sqrt(A / c_s){}{}",
                            relative ? "" : ", C = 2 c_s r*", stales ? "; and stale shares" : ""),
      .attainable = config_.hash_parts.size() == 1};
}

}  // namespace aicmp
