// The hold model on ns-3's schedulers: every event that is removed inserts one exponential
// follower. Increments are drawn before, and events carry nothing to run: all that is timed is the
// scheduler. Built and run by ns3_shares.py, since Debian's ns-3 wants C++17. Usage: ns3_schedulers
// SCHEDULER PENDING; prints nanoseconds an event.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include <ns3/heap-scheduler.h>
#include <ns3/map-scheduler.h>
#include <ns3/priority-queue-scheduler.h>

namespace {

ns3::Ptr<ns3::Scheduler> make(const char* name) {
  if (std::strcmp(name, "map") == 0) return ns3::CreateObject<ns3::MapScheduler>();
  if (std::strcmp(name, "heap") == 0) return ns3::CreateObject<ns3::HeapScheduler>();
  return ns3::CreateObject<ns3::PriorityQueueScheduler>();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const ns3::Ptr<ns3::Scheduler> scheduler = make(argv[1]);
  const std::uint32_t pending = static_cast<std::uint32_t>(std::atol(argv[2]));

  std::mt19937_64 generator(1);
  std::exponential_distribution<double> exponential;
  std::vector<std::uint64_t> increments(1 << 16);
  for (std::uint64_t& increment : increments) {
    increment = static_cast<std::uint64_t>(1e9 * exponential(generator));
  }
  std::size_t drawn = 0;
  std::uint32_t uid = 0;
  const auto insert = [&](std::uint64_t now, std::uint32_t source) {
    const std::uint64_t time = now + increments[drawn++ % increments.size()];
    scheduler->Insert({nullptr, {time, uid++, source}});
  };
  for (std::uint32_t source = 0; source < pending; ++source) insert(0, source);
  const auto hold = [&](std::int64_t events) {
    for (std::int64_t i = 0; i < events; ++i) {
      const ns3::Scheduler::EventKey key = scheduler->RemoveNext().key;
      insert(key.m_ts, key.m_context);
    }
  };
  const std::int64_t events = 1'000'000;
  hold(events);  // until the pending events are spread as they stay
  const auto start = std::chrono::steady_clock::now();
  hold(events);
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  std::printf("%.2f\n", spent.count() / static_cast<double>(events));
}
