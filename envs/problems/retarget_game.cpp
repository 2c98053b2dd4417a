#include "envs/problems/retarget_game.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/gamma.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/chain/retarget.hpp"

namespace aicmp {

namespace {

enum Part : std::size_t { kRevenue, kEnergy };
enum Measure : std::size_t { kRealised = 2 };
enum Policy : std::size_t { kAlways, kGreedy, kConstant, kOnOff, kOptimal };
constexpr double kBlocks = static_cast<double>(kRetargetInterval);
constexpr double kSpan = kBlocks - 1.0;  // intervals that the retarget sees
constexpr int kQuantiles = 128;          // of the time span, in the dynamic program

}  // namespace

void add_options(OptionTable& table, RetargetGameConfig& config) {
  table.add("share", config.share, "of the network", Limits::between(0.001, 0.7),
            "The miner's part when all hash rate runs.");
  table.add("cost", config.cost, "of revenue", Limits::between(0.0, 2.0),
            "Energy cost over revenue at the difficulty of full hash rate.");
  table.add("levels", config.levels, "", Limits::between(2.0, 101.0),
            "Equally spaced parts of the miner's hash rate to choose from.");
  table.add("random_times", config.random_times,
            "Blocks arrive as a Poisson process; false: epochs take their mean time.");
  table.add("fortnights", config.fortnights, "14 d", Limits::between(1.0, 1e5),
            "Length of an episode.");
}

RetargetGame::RetargetGame(const RetargetGameConfig& config) : config_(config) {
  for (std::int64_t choice = 1; choice < config.levels; ++choice) {
    found_.emplace_back(kRetargetInterval, chance(level(choice)));
  }
  spec_.id = kId;
  spec_.question = "Should a large miner idle for an epoch to lower the next difficulty?";
  spec_.step = "1 difficulty epoch of 2016 blocks; dt in fortnights";
  spec_.reward = "profit, in fortnightly revenue of the whole network";
  spec_.observation = {
      {"difficulty", "(D - 1) * 5", -5.0, 5.0, "of this epoch; D = 1 at full hash rate"},
      {"margin", "(1 / D - cost) * 5", -5.0, 5.0, "of running a little, in revenue at D = 1"},
      {"level", "", 0.0, 1.0, "part of the hash rate that ran in the last epoch"},
      {"time_left", "of the episode", 0.0, 1.0, ""}};
  spec_.oracle = {{"next_span", "(time / expected - 1) * 20", -5.0, 5.0, "of this epoch"}};
  spec_.action.sets = {{"run", {}}};
  for (std::int64_t choice = 0; choice < config.levels; ++choice) {
    spec_.action.sets[0].choices.push_back(fmt::format("run_{:g}", level(choice)));
  }
  spec_.action.help = "part of the miner's hash rate that runs in this epoch";
  spec_.parts = {{"revenue", "network fortnights", 0, 0, "expected part of the epoch's blocks"},
                 {"energy", "network fortnights", 0, 0, "less the energy bill"}};
  spec_.measures = {{"realised", "network fortnights", 0, 0,
                     "the same with the blocks that the miner finds, luck included"}};
  spec_.policies = {{"always", "run everything", {}, {}},
                    {"greedy", "run if revenue at this difficulty exceeds the cost", {}, {}},
                    {"constant",
                     "always the same part: the best constant is (sqrt((1-s)/m)-(1-s))/s",
                     {{"level", "", 0.0, 1.0, "part that runs"}},
                     {std::clamp((std::sqrt((1.0 - config.share) / std::max(config.cost, 1e-9)) -
                                  (1.0 - config.share)) /
                                     config.share,
                                 0.0, 1.0)}},
                    {"on_off", "run every other epoch", {}, {}},
                    {"optimal", "semi-Markov value iteration over the levels", {}, {}}};
  const bool alternating_wins = config.cost > 1.0 - config.share + config.share * config.share;
  spec_.baseline = alternating_wins ? "on_off" : "always";
  spec_.score = Score::kRate;
  // An epoch takes at least (1 - share) of a fortnight, but for luck.
  spec_.max_steps = static_cast<std::int64_t>(2.0 * config.fortnights / (1.0 - config.share)) + 2;
}

std::int64_t RetargetGame::nearest(double level) const {
  return std::llround(level * static_cast<double>(config_.levels - 1));
}

double RetargetGame::profit(double level, double time) const {
  const double running = config_.share * level;
  return running / hash(level) - config_.cost * running * time;
}

std::int64_t RetargetGame::best(double difficulty, double rate, const std::vector<double>& beyond,
                                double* value) const {
  std::int64_t best = 0;
  *value = -1e300;
  for (std::int64_t choice = 0; choice < config_.levels; ++choice) {
    const double time = difficulty / hash(level(choice));
    const double worth =
        profit(level(choice), time) - rate * time + beyond[static_cast<std::size_t>(choice)];
    if (worth > *value + 1e-14) {
      *value = worth;
      best = choice;
    }
  }
  return best;
}

RetargetGame::Solution RetargetGame::solve() const {
  // The next difficulty is hash / span whatever this one was, so a state is a level and a quantile
  // of the span. The best rate of profit is where the relative value of an epoch neither grows nor
  // falls.
  std::vector<double> spans;  // of 2015 intervals, in fortnights at the right difficulty
  for (int i = 0; i < kQuantiles; ++i) {
    const boost::math::gamma_distribution<double> span(kSpan, 1.0 / kBlocks);
    spans.push_back(config_.random_times ? quantile(span, (i + 0.5) / kQuantiles) : 1.0);
  }
  const auto levels = static_cast<std::size_t>(config_.levels);
  Solution solution{0.0, std::vector<double>(levels, 0.0)};
  double low = -1.0;
  double high = 1.0;
  while (high - low > 1e-10) {
    solution.profit_rate = 0.5 * (low + high);
    double growth = 0.0;
    for (int sweep = 0; sweep < 1000; ++sweep) {
      std::vector<double> next(levels, 0.0);
      double least = 1e300;
      double most = -1e300;
      for (std::size_t i = 0; i < levels; ++i) {
        for (const double span : spans) {
          double value = 0.0;
          best(hash(level(static_cast<std::int64_t>(i))) / span, solution.profit_rate,
               solution.beyond, &value);
          next[i] += value / kQuantiles;
        }
        const double gained = next[i] - solution.beyond[i];
        least = std::min(least, gained);
        most = std::max(most, gained);
        next[i] = 0.5 * (next[i] + solution.beyond[i]);  // alternating policies are periodic
      }
      growth = 0.5 * (least + most);
      const double origin = next[0];
      for (double& value : next) value -= origin;
      solution.beyond = std::move(next);
      if (most - least < 1e-12) break;
    }
    (growth > 0.0 ? low : high) = solution.profit_rate;
  }
  return solution;
}

std::optional<Optimum> RetargetGame::optimum() const {
  return Optimum{.value = solution().profit_rate,
                 .method = "semi-Markov value iteration over the levels, in the long run"};
}

void RetargetGame::reset(State& state, const WorldKey& key) const {
  state = State{.times = Rng(key, StreamId::kBlockInterval),
                .winners = Rng(key, StreamId::kBlockWinner)};
}

double RetargetGame::next_span(Rng& times) const {
  if (!config_.random_times) return 1.0;
  return boost::random::gamma_distribution<double>(kSpan, 1.0 / kBlocks)(times);
}

Transition RetargetGame::step(State& state, const Action& action, std::span<double> numbers) const {
  const std::int64_t choice = action.choice();
  const double part = level(choice);
  const double pace = state.difficulty / hash(part);
  const double span = next_span(state.times);
  const double first = config_.random_times ? exponential(state.times) / kBlocks : 0.0;
  const double time = pace * (span + first);
  const std::int64_t found =
      choice > 0 ? found_[static_cast<std::size_t>(choice - 1)](state.winners) : 0;
  numbers[kRevenue] = chance(part);
  numbers[kEnergy] = -config_.cost * config_.share * part * time;
  numbers[kRealised] = static_cast<double>(found) / kBlocks + numbers[kEnergy];
  state.difficulty /= std::clamp(pace * span, 0.25, 4.0);
  state.level = part;
  state.elapsed += time;
  return {.dt = time, .truncated = state.elapsed >= config_.fortnights};
}

void RetargetGame::observe(const State& state, std::span<float> out) const {
  out[0] = static_cast<float>((state.difficulty - 1.0) * 5.0);
  out[1] = static_cast<float>((1.0 / state.difficulty - config_.cost) * 5.0);
  out[2] = static_cast<float>(state.level);
  out[3] = static_cast<float>(1.0 - state.elapsed / config_.fortnights);
}

void RetargetGame::foresee(const State& state, std::span<float> out) const {
  Rng times = state.times;
  out[0] = static_cast<float>((next_span(times) - 1.0) * 20.0);
}

void RetargetGame::act(std::size_t policy, std::span<const double> parameters, const State& state,
                       const Decision& decision) const {
  double part = 1.0;
  switch (policy) {
    case kGreedy:
      part = 1.0 / state.difficulty > config_.cost ? 1.0 : 0.0;
      break;
    case kConstant:
      part = parameters[0];
      break;
    case kOnOff:
      part = state.level > 0.5 ? 0.0 : 1.0;
      break;
    case kOptimal: {
      double value = 0.0;
      decision.choices[0] =
          best(state.difficulty, solution().profit_rate, solution().beyond, &value);
      return;
    }
    default:
      break;
  }
  decision.choices[0] = nearest(part);
}

}  // namespace aicmp
