#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "sim/experiment/world.hpp"
#include "sim/validation/case.hpp"

namespace aicmp {

/// Runs worlds 0..worlds-1 of `scenario` to their horizon and returns take(world, watch) of each in
/// order, whatever the number of threads. Every world is watched by a `Watch` of its own, a
/// default-constructible Observer. Throws what a world's constructor throws.
template <typename Watch, typename Take>
auto watched_worlds(const Scenario& scenario, const Effort& effort, std::int64_t worlds,
                    Take take) {
  using Result = decltype(take(std::declval<const World&>(), std::declval<Watch&>()));
  const auto count = static_cast<std::size_t>(worlds);
  std::vector<std::optional<Result>> slots(count);
  std::atomic<std::size_t> next = 0;
  std::mutex failing;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) {
        Watch watch;
        World world(scenario, {effort.seed, static_cast<std::uint32_t>(i), 0}, &watch);
        world.advance(scenario.run.horizon());
        world.close();
        slots[i] = take(world, watch);
      }
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::thread> helpers;
  for (int t = 1; t < effort.threads; ++t) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);
  std::vector<Result> results;
  results.reserve(count);
  for (auto& slot : slots) results.push_back(std::move(*slot));
  return results;
}

/// The same without a watch: take(world).
template <typename Take>
auto finished_worlds(const Scenario& scenario, const Effort& effort, std::int64_t worlds,
                     Take take) {
  return watched_worlds<Observer>(scenario, effort, worlds,
                                  [&](const World& world, Observer&) { return take(world); });
}

}  // namespace aicmp
