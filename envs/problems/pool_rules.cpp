#include "envs/problems/pool_rules.hpp"

#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

namespace aicmp {

namespace {

constexpr std::array kKinds = {VardiffKind::kCkpool,     VardiffKind::kDatum,
                               VardiffKind::kPublicPool, VardiffKind::kNomp,
                               VardiffKind::kMiningcore, VardiffKind::kSv2Classic};

}  // namespace

std::vector<PolicySpec> PoolRules::specs() const {
  std::vector<PolicySpec> specs;
  for (const VardiffKind kind : kKinds) {
    const VardiffEntry& entry = vardiff_entry(kind);
    std::string name = fmt::format("vardiff_{}", entry.name);
    for (char& c : name) c = c == '-' ? '_' : c;
    specs.push_back({name,
                     fmt::format("the rule of {}: {}", entry.name, entry.help),
                     {{"shares_per_min", "shares/min", 0.1, 300.0, "to aim at"}},
                     {entry.shares_per_min}});
  }
  return specs;
}

const VardiffRule& PoolRules::rule(std::size_t rule, double shares_per_min) const {
  const std::lock_guard guard(made_->lock);
  auto& made = made_->rules[{rule, shares_per_min}];
  if (!made) {
    VardiffConfig config;
    config.kind = kKinds[rule];
    config.shares_per_min = shares_per_min;
    config.range = range_;
    made = make_vardiff_rule(config);
  }
  return *made;
}

void PoolRules::start(Memory& memory, std::size_t index, double shares_per_min, double difficulty,
                      double now_s, const Rng& times) const {
  const VardiffRule& made = rule(index, shares_per_min);
  memory = {.rule = index,
            .started = true,
            .state = made.start(difficulty, now_s),
            .times = times,
            .next_poll_s = now_s + made.poll_s()};
}

double PoolRules::wanted(Memory& memory, double shares_per_min, const Seen& seen) const {
  const VardiffRule& made = rule(memory.rule, shares_per_min);
  memory.state.difficulty = seen.difficulty;  // an action may have come only near to what it wanted
  const auto poll_until = [&](double time_s) {
    for (; memory.next_poll_s <= time_s; memory.next_poll_s += made.poll_s()) {
      made.on_poll(memory.state, memory.next_poll_s);
    }
  };
  // The first of k uniform times in what is left of the step, k times.
  double time_s = seen.begin_s;
  for (std::int64_t left = seen.shares; left > 0; --left) {
    const double later = std::pow(1.0 - uniform(memory.times), 1.0 / static_cast<double>(left));
    time_s = seen.end_s - (seen.end_s - time_s) * later;
    poll_until(time_s);
    made.on_share(memory.state, time_s, seen.difficulty);
  }
  poll_until(seen.end_s);
  return memory.state.difficulty;
}

}  // namespace aicmp
