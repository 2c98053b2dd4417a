#include "envs/workers.hpp"

#include <algorithm>
#include <utility>

namespace aicmp {

namespace {

// A batch follows the last one within microseconds while somebody trains; sleeping costs more.
constexpr int kSpins = 2000;

// More chunks than threads even out threads that other programs hold up.
constexpr std::size_t kChunksPerThread = 4;

template <typename T>
void await_change(const std::atomic<T>& value, T old) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Workers::Workers(int threads) {
  for (int other = 1; other < threads; ++other) {
    threads_.emplace_back([this] { serve(); });
  }
}

Workers::~Workers() {
  stop_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
}

void Workers::share(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t chunks = std::min(count, kChunksPerThread * (threads_.size() + 1));
  count_ = count;
  body_ = &body;
  open_.store(static_cast<std::uint32_t>(chunks), std::memory_order_relaxed);
  ticket_.store(static_cast<std::uint64_t>(chunks) << 32, std::memory_order_release);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  take_chunks();
  for (std::uint32_t open; (open = open_.load(std::memory_order_acquire)) != 0;) {
    await_change(open_, open);
  }
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Workers::serve() {
  for (std::uint32_t seen = 0;;) {
    await_change(round_, seen);
    seen = round_.load(std::memory_order_acquire);
    if (stop_) return;
    take_chunks();
  }
}

void Workers::take_chunks() {
  while (true) {
    // A late thread may take a chunk of a later round, and then finds what belongs to it: that
    // round cannot end before the chunk is done.
    const std::uint64_t ticket = ticket_.fetch_add(1, std::memory_order_acq_rel);
    const std::size_t chunks = ticket >> 32;
    const std::size_t chunk = ticket & 0xffffffffU;
    if (chunk >= chunks) return;
    run_chunk(chunk, chunks);
  }
}

void Workers::run_chunk(std::size_t chunk, std::size_t chunks) {
  try {
    (*body_)(count_ * chunk / chunks, count_ * (chunk + 1) / chunks);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
  if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1) open_.notify_all();
}

}  // namespace aicmp
