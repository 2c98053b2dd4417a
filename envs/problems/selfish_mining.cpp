#include "envs/problems/selfish_mining.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {

namespace {

enum Policy : std::size_t { kHonest, kSm1, kOptimal };

}  // namespace

void add_options(OptionTable& table, SelfishMiningConfig& config) {
  table.add("alpha", config.alpha, "of the network",
            Limits{.min = 0.0, .max = 0.5, .min_open = true, .max_open = true},
            "The attacker's part of the hash rate.");
  table.add("gamma", config.gamma, "of honest hash rate", Limits::between(0.0, 1.0),
            "Mines on the attacker's block in a race.");
  table.add("max_fork", config.max_fork, "blocks", Limits::between(2.0, 200.0),
            "Longest branch; beyond it only adopt and override remain.");
  table.add("episode_blocks", config.episode_blocks, "blocks", Limits::between(1.0, 1e7),
            "Settled blocks after which an episode is truncated.");
}

SelfishMining::SelfishMining(const SelfishMiningConfig& config) : config_(config) {
  spec_.id = kId;
  spec_.question = "When should a miner withhold, publish or give up its blocks?";
  spec_.step = "1 block found by anyone; dt counts blocks that became final";
  spec_.reward = "the attacker's blocks that became final";
  const double most = static_cast<double>(config.max_fork) / 10.0;
  spec_.observation = {{"attacker", "blocks / 10", 0.0, most, "length of the secret branch"},
                       {"honest", "blocks / 10", 0.0, most, "length of the public branch"},
                       {"lead", "blocks / 5", -2.0 * most, 2.0 * most, "attacker less honest"},
                       {"is_irrelevant", "", 0.0, 1.0, "the last block was the attacker's"},
                       {"is_relevant", "", 0.0, 1.0, "it was honest: match is possible"},
                       {"is_active", "", 0.0, 1.0, "the network is split by a match"}};
  spec_.oracle = {{"next_is_attackers", "", 0.0, 1.0, "who finds the next block"}};
  spec_.action.sets = {{"branch", {"adopt", "override", "match", "wait"}}};
  spec_.action.masked = true;
  spec_.action.help = "before the next block is found";
  spec_.parts = {{"attacker_blocks", "blocks", 0, 0, "of the attacker, now final"}};
  spec_.measures = {{"honest_blocks", "blocks", 0, 0, "of the others, now final"}};
  spec_.policies = {{"honest", "publish every block at once", {}, {}},
                    {"sm1", "Eyal and Sirer's selfish mining (arXiv:1311.0243)", {}, {}},
                    {"optimal", "value iteration (Sapirshtein et al.)", {}, {}}};
  const double threshold = (1.0 - config.gamma) / (3.0 - 2.0 * config.gamma);
  spec_.baseline = config.alpha > threshold ? "sm1" : "honest";
  spec_.score = Score::kRate;
  // Some wait for long: a step settles more than a third of a block under any sensible policy.
  spec_.max_steps = 10 * config.episode_blocks;
}

bool SelfishMining::allows(const Position& position, std::int64_t choice) const {
  const auto [a, h, fork] = position;
  switch (choice) {
    case kAdopt:
      return h > 0;
    case kOverride:
      return a > h;
    case kMatch:
      return fork == Fork::kRelevant && a >= h && std::max(a, h) < config_.max_fork;
    default:
      return std::max(a, h) < config_.max_fork;
  }
}

std::array<SelfishMining::Branch, 3> SelfishMining::branches(const Position& position,
                                                             std::int64_t choice) const {
  const auto [a, h, fork] = position;
  const double alpha = config_.alpha;
  const double beta = 1.0 - alpha;
  if (choice == kAdopt) {
    return {
        {{alpha, {1, 0, Fork::kIrrelevant}, 0, h}, {beta, {0, 1, Fork::kIrrelevant}, 0, h}, {}}};
  }
  if (choice == kOverride) {
    return {{{alpha, {a - h, 0, Fork::kIrrelevant}, h + 1, 0},
             {beta, {a - h - 1, 1, Fork::kRelevant}, h + 1, 0},
             {}}};
  }
  if (choice == kMatch || fork == Fork::kActive) {
    return {{{alpha, {a + 1, h, Fork::kActive}, 0, 0},
             {config_.gamma * beta, {a - h, 1, Fork::kRelevant}, h, 0},
             {(1.0 - config_.gamma) * beta, {a, h + 1, Fork::kRelevant}, 0, 0}}};
  }
  return {{{alpha, {a + 1, h, Fork::kIrrelevant}, 0, 0},
           {beta, {a, h + 1, Fork::kRelevant}, 0, 0},
           {}}};
}

SelfishMining::Solution SelfishMining::solve() const {
  // The revenue rho* is where the best mean of (1 - rho) attacker - rho honest is zero. The mean
  // falls with rho by the blocks that a step settles: a Newton iteration with a safe slope.
  std::vector<Position> positions;
  for (std::int32_t a = 0; a <= config_.max_fork; ++a) {
    for (std::int32_t h = 0; h <= config_.max_fork; ++h) {
      for (const Fork fork : {Fork::kIrrelevant, Fork::kRelevant, Fork::kActive}) {
        // A race is between a matched branch of h >= 1 and one at least as long.
        if (fork == Fork::kActive && (h == 0 || a < h)) continue;
        if (a + h > 0) positions.push_back({a, h, fork});
      }
    }
  }
  const std::size_t size = index({static_cast<std::int32_t>(config_.max_fork),
                                  static_cast<std::int32_t>(config_.max_fork), Fork::kActive}) +
                           1;
  Solution solution{config_.alpha, std::vector<std::uint8_t>(size, kAdopt)};
  std::vector<double> value(size, 0.0);
  std::vector<double> next(size, 0.0);
  for (int round = 0; round < 60; ++round) {
    double low = 0.0;
    double high = 0.0;
    for (int sweep = 0; sweep < 100'000; ++sweep) {
      low = 1e300;
      high = -1e300;
      for (const Position& position : positions) {
        double best = -1e300;
        for (std::int64_t choice = 0; choice < 4; ++choice) {
          if (!allows(position, choice)) continue;
          double worth = 0.0;
          for (const Branch& branch : branches(position, choice)) {
            if (branch.probability == 0.0) continue;
            worth += branch.probability *
                     ((1.0 - solution.revenue) * branch.settled_attacker -
                      solution.revenue * branch.settled_honest + value[index(branch.next)]);
          }
          if (worth > best + 1e-13) {
            best = worth;
            solution.choice[index(position)] = static_cast<std::uint8_t>(choice);
          }
        }
        const std::size_t at = index(position);
        low = std::min(low, best - value[at]);
        high = std::max(high, best - value[at]);
        next[at] = best;
      }
      const double origin = next[index({1, 0, Fork::kIrrelevant})];
      for (const Position& position : positions)
        value[index(position)] = next[index(position)] - origin;
      // Early rounds need no more than the direction.
      if (high - low < 1e-10 + 0.05 * std::abs(low + high)) break;
    }
    const double gain = 0.5 * (low + high);
    if (std::abs(gain) < 1e-9) break;
    solution.revenue += gain / 0.6;
  }
  return solution;
}

std::optional<Optimum> SelfishMining::optimum() const {
  return Optimum{.value = solution().revenue, .method = "value iteration, branches up to max_fork"};
}

void SelfishMining::reset(State& state, const WorldKey& key) const {
  state = State{};
  state.blocks = Rng(key, StreamId::kBlockWinner);
  const bool ours = uniform(state.blocks) < config_.alpha;
  state.position = ours ? Position{1, 0, Fork::kIrrelevant} : Position{0, 1, Fork::kIrrelevant};
}

Transition SelfishMining::step(State& state, const Action& action,
                               std::span<double> numbers) const {
  const auto options = branches(state.position, action.choice());
  double u = uniform(state.blocks);
  std::size_t last = options.size() - 1;
  while (options[last].probability == 0.0) --last;
  std::size_t drawn = 0;
  while (drawn < last && u >= options[drawn].probability) u -= options[drawn++].probability;
  const Branch& branch = options[drawn];
  state.position = branch.next;
  const int settled = branch.settled_attacker + branch.settled_honest;
  state.settled += settled;
  numbers[0] = branch.settled_attacker;
  numbers[1] = branch.settled_honest;
  return {.dt = static_cast<double>(settled), .truncated = state.settled >= config_.episode_blocks};
}

void SelfishMining::observe(const State& state, std::span<float> out) const {
  const auto [a, h, fork] = state.position;
  out[0] = static_cast<float>(a) / 10.0f;
  out[1] = static_cast<float>(h) / 10.0f;
  out[2] = static_cast<float>(a - h) / 5.0f;
  out[3] = fork == Fork::kIrrelevant ? 1.0f : 0.0f;
  out[4] = fork == Fork::kRelevant ? 1.0f : 0.0f;
  out[5] = fork == Fork::kActive ? 1.0f : 0.0f;
}

void SelfishMining::foresee(const State& state, std::span<float> out) const {
  Rng blocks = state.blocks;
  out[0] = uniform(blocks) < config_.alpha ? 1.0f : 0.0f;
}

void SelfishMining::act(std::size_t policy, std::span<const double>, const State& state,
                        const Decision& decision) const {
  const auto [a, h, fork] = state.position;
  Choice choice = kWait;
  if (policy == kOptimal) {
    choice = static_cast<Choice>(solution().choice[index(state.position)]);
  } else if (a < h) {
    choice = kAdopt;
  } else if (policy == kHonest) {
    choice = a > h ? kOverride : kAdopt;
  } else if (a == h + 1 && h > 0) {
    choice = kOverride;
  } else if (a == h && fork == Fork::kRelevant) {
    choice = kMatch;
  }
  if (!allows(state.position, choice)) choice = a > h ? kOverride : kAdopt;
  decision.choices[0] = choice;
}

}  // namespace aicmp
