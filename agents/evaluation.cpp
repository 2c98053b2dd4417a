#include "agents/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/policy/inference.hpp"

namespace aicmp {
namespace {

constexpr std::uint64_t kFirstSeed = 1'000'000;  // of evaluation
constexpr char kSolver[] = "optimal";
constexpr int kGenerations = 3;
constexpr std::size_t kCandidates = 16;  // of a generation

Interval mean_interval(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return t_interval(moments);
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// mean(values) / mean(base) of pairs, with the interval of the linearised ratio.
Interval ratio_interval(const std::vector<double>& values, const std::vector<double>& base) {
  const double scale = mean(base);
  const double ratio = mean(values) / scale;
  std::vector<double> linear(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    linear[i] = ratio + (values[i] - ratio * base[i]) / scale;
  }
  return mean_interval(linear);
}

}  // namespace

Decide decide_by(const PolicyModel& model) {
  struct Player {
    explicit Player(const PolicyModel& model) : inference(model) {}
    PolicyInference inference;
    PolicyInference::Workspace space;
    std::vector<float> outputs, state;
    std::vector<std::int8_t> mask;
  };
  auto player = std::make_shared<Player>(model);
  return [player](const Environment& env, Memory& memory) {
    const std::size_t rows = env.size();
    const PolicyInference& inference = player->inference;
    player->outputs.resize(rows * inference.outputs());
    player->state.resize(rows * inference.state_width());
    static_cast<void>(inference.run(rows, memory.observation.data(), player->state.data(),
                                    player->outputs.data(), player->space));
    const bool masked = env.spec().action.masked;
    inference.decide(rows, player->outputs.data(), masked ? memory.mask.data() : nullptr,
                     {memory.choices.data(), memory.numbers.data()});
  };
}

Decide decide_by_heuristic(std::size_t policy, std::vector<double> parameters) {
  return [policy, parameters = std::move(parameters)](const Environment& env, Memory& memory) {
    env.act(policy, parameters, memory.choices.data(), memory.numbers.data());
  };
}

std::vector<double> tune_heuristic(const MakeWorlds& worlds, std::size_t policy, std::int64_t steps,
                                   std::uint64_t seed) {
  const auto probe = worlds(1, false);
  const PolicySpec& spec = probe->spec().policies[policy];
  std::vector<double> best = spec.defaults;
  if (best.empty()) return best;
  const double length = static_cast<double>(probe->spec().max_steps);
  const auto episodes = static_cast<std::size_t>(
      std::clamp(static_cast<double>(steps) / (kGenerations * kCandidates * length), 1.0, 4096.0));
  Rng rng({seed, 0, 0}, StreamId::kPolicy, 16);
  double spread = 1.0;
  for (int generation = 0; generation < kGenerations; ++generation, spread *= 0.4) {
    const auto env = worlds(episodes, false);
    const std::uint64_t first = seed + static_cast<std::uint64_t>(generation) * episodes;
    const std::vector<double> centre = best;
    double best_score = mean(play_episodes(*env, first, decide_by_heuristic(policy, centre)));
    for (std::size_t k = 1; k < kCandidates; ++k) {
      std::vector<double> candidate = centre;
      for (std::size_t p = 0; p < candidate.size(); ++p) {
        const Field& field = spec.parameters[p];
        const double step = spread * normal(rng);
        const double range = field.high - field.low;
        const double start = candidate[p] != 0.0 ? candidate[p] : 0.01 * range;
        const bool signed_offset = spec.defaults[p] == 0.0 && field.low < 0.0;
        candidate[p] =
            std::clamp(signed_offset ? candidate[p] + 0.1 * range * step : start * std::exp(step),
                       field.low, field.high);
      }
      const double score = mean(play_episodes(*env, first, decide_by_heuristic(policy, candidate)));
      if (score > best_score) {
        best_score = score;
        best = candidate;
      }
    }
  }
  // The best of many in few worlds is partly the luckiest: fresh worlds decide whether it is better
  // than what it started from.
  const auto fresh = worlds(std::min<std::size_t>(8 * episodes, 4096), false);
  const std::uint64_t first = seed + static_cast<std::uint64_t>(kGenerations) * episodes;
  const double tuned = mean(play_episodes(*fresh, first, decide_by_heuristic(policy, best)));
  const double untuned =
      mean(play_episodes(*fresh, first, decide_by_heuristic(policy, spec.defaults)));
  return tuned > untuned ? best : spec.defaults;
}

double interquartile_mean(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto size = static_cast<double>(sorted.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto rank = static_cast<double>(i);
    const double kept = std::min(rank + 1.0, 0.75 * size) - std::max(rank, 0.25 * size);
    if (kept > 0.0) sum += kept * sorted[i];
  }
  return sum / (0.5 * size);
}

Evaluation evaluate(const std::vector<PolicyModel>& policies, const MakeWorlds& worlds,
                    std::size_t episodes, std::int64_t tuning_steps) {
  AICMP_ASSERT(!policies.empty());
  const auto env = worlds(episodes, true);
  const EnvSpec& spec = env->spec();
  Evaluation result;
  result.problem = spec.id;
  result.measure = spec.reward;
  result.episodes = episodes;
  result.tuning_steps = tuning_steps;
  result.optimum = env->optimum();
  result.baseline_name = spec.baseline;

  std::vector<double> mine(episodes, 0.0);  // mean of the training seeds in each world
  for (const PolicyModel& policy : policies) {
    const std::vector<double> scores = play_episodes(*env, kFirstSeed, decide_by(policy));
    for (std::size_t i = 0; i < episodes; ++i) {
      mine[i] += scores[i] / static_cast<double>(policies.size());
    }
    result.run_scores.push_back(mean(scores));
  }
  result.policy = policies.size() > 1
                      ? bca_interval(result.run_scores, interquartile_mean, WorldKey{})
                      : mean_interval(mine);

  for (std::size_t k = 0; k < spec.policies.size(); ++k) {
    const PolicySpec& heuristic = spec.policies[k];
    Contender contender;
    contender.name = heuristic.name;
    contender.tuned = !heuristic.parameters.empty();
    contender.bound = heuristic.oracle || heuristic.name == kSolver;
    contender.parameters =
        contender.bound ? heuristic.defaults : tune_heuristic(worlds, k, tuning_steps, kFirstSeed);
    contender.scores =
        play_episodes(*env, kFirstSeed, decide_by_heuristic(k, contender.parameters));
    contender.score = mean_interval(contender.scores);
    std::vector<double> ahead(episodes);
    for (std::size_t i = 0; i < episodes; ++i) ahead[i] = mine[i] - contender.scores[i];
    contender.difference = mean_interval(ahead);
    if (heuristic.name == kSolver && contender.score.estimate != 0.0) {
      std::vector<double> parts = result.run_scores;
      for (double& part : parts) part /= contender.score.estimate;
      result.of_solver = parts.size() > 1 ? bca_interval(parts, interquartile_mean, WorldKey{})
                                          : ratio_interval(mine, contender.scores);
    }
    if (heuristic.name == spec.baseline) {
      result.baseline =
          contender.tuned
              ? mean(play_episodes(*env, kFirstSeed, decide_by_heuristic(k, heuristic.defaults)))
              : contender.score.estimate;
    }
    result.contenders.push_back(std::move(contender));
  }
  const auto rank = [&](const Contender& contender) {
    return contender.bound ? -HUGE_VAL : contender.score.estimate;
  };
  for (std::size_t k = 1; k < result.contenders.size(); ++k) {
    if (rank(result.contenders[k]) > rank(result.contenders[result.best])) result.best = k;
  }
  const double bar = result.contenders[result.best].score.estimate;
  for (const double score : result.run_scores) {
    result.worse_seeds +=
        (score < bar - rounding(bar) ? 1.0 : 0.0) / static_cast<double>(policies.size());
  }
  return result;
}

double Evaluation::normalised(double score) const {
  if (!optimum) return std::nan("");
  return (score - baseline) / (optimum->value - baseline);
}

}  // namespace aicmp
