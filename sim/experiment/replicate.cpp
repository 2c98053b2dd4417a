#include "sim/experiment/replicate.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

// Stretches of simulated time between looks at the interrupt flag.
constexpr std::int64_t kStretches = 1000;

bool interrupted(const ReplicationPlan& plan) {
  return plan.interrupt != nullptr && plan.interrupt->load();
}

/// Lets the world live up to its horizon, or an interrupt.
void run_through(World& world, const ReplicationPlan& plan) {
  const std::int64_t horizon_ns = world.scenario().run.horizon().ns();
  for (std::int64_t k = 1; k <= kStretches; ++k) {
    if (interrupted(plan)) break;
    const Time before = world.now();
    world.advance(Time::nanoseconds(horizon_ns / kStretches * k +
                                    (k == kStretches ? horizon_ns % kStretches : 0)));
    if (plan.on_progress) plan.on_progress((world.now() - before).in_days());
  }
}

void run_live(World& world, const ReplicationPlan& plan) {
  while (world.now() < world.scenario().run.horizon() && !interrupted(plan)) {
    const Time before = world.now();
    plan.live->advance(world, plan.interrupt);
    if (plan.on_progress) plan.on_progress((world.now() - before).in_days());
  }
}

/// All measures of the first world, and of the schemes of the others.
std::vector<Measure> join(std::span<std::optional<std::vector<Measure>>> worlds) {
  std::vector<Measure> all = std::move(*worlds.front());
  for (auto& world : worlds.subspan(1)) {
    for (Measure& m : *world) {
      if (!m.scheme.empty()) all.push_back(std::move(m));
    }
  }
  return all;
}

}  // namespace

ReplicationResults replicate(const Scenario& scenario, const ReplicationPlan& plan) {
  return replicate(std::span(&scenario, 1), plan);
}

ReplicationResults replicate(std::span<const Scenario> worlds, const ReplicationPlan& plan) {
  const auto count = static_cast<std::size_t>(plan.replications) * worlds.size();
  std::vector<std::optional<std::vector<Measure>>> measures(count);
  std::atomic<std::size_t> next = 0;
  std::mutex failing;
  std::exception_ptr failure;

  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) {
        const Scenario& scenario = worlds[i % worlds.size()];
        const auto index =
            static_cast<std::uint32_t>(plan.first) + static_cast<std::uint32_t>(i / worlds.size());
        if (interrupted(plan) && index > 0) break;
        Recorder* recorder = index == 0 && i == 0 ? plan.recorder : nullptr;
        World world(scenario, {static_cast<std::uint64_t>(scenario.run.seed), index, 0}, recorder,
                    recorder != nullptr ? recorder->ledger() : LedgerOrder());
        if (recorder != nullptr && plan.live != nullptr) {
          run_live(world, plan);
        } else {
          run_through(world, plan);
        }
        world.close();
        const bool complete = world.now() == scenario.run.horizon();
        if (complete || index == 0) measures[i] = measure(world);
        if (recorder != nullptr) recorder->finish(world);
      }
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };

  const auto threads = std::min(count, static_cast<std::size_t>(std::max(1, plan.threads)));
  std::vector<std::thread> helpers;
  for (std::size_t t = 1; t < threads; ++t) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);

  ReplicationResults results;
  results.interrupted = interrupted(plan);
  for (std::size_t i = 0; i < count; i += worlds.size()) {
    const std::span of_one(&measures[i], worlds.size());
    if (std::all_of(of_one.begin(), of_one.end(), [](const auto& m) { return m.has_value(); })) {
      results.measures.push_back(join(of_one));
    }
  }
  return results;
}

}  // namespace aicmp
