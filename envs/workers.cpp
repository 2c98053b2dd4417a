#include "envs/workers.hpp"

#include <chrono>
#include <utility>

#include <unistd.h>

namespace aicmp {

namespace {

// A batch follows the last one within microseconds while somebody trains, and a thread that sleeps
// takes tens of them to wake, more than a batch takes.
constexpr std::chrono::microseconds kSpin{100};

// More chunks than threads even out threads that other programs hold up.
constexpr std::size_t kChunksPerThread = 4;

template <typename T>
void await_change(const std::atomic<T>& value, T old) {
  const auto end = std::chrono::steady_clock::now() + kSpin;
  do {
    for (int look = 0; look < 16; ++look) {
      if (value.load(std::memory_order_acquire) != old) return;
    }
  } while (std::chrono::steady_clock::now() < end);
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Workers::Workers(int threads) : queues_(static_cast<std::size_t>(threads)) {
  start();
}

Workers::~Workers() {
  if (owner_ == getpid()) {
    stop();
  } else {
    forget();
  }
}

void Workers::start() {
  owner_ = getpid();
  try {
    for (std::size_t other = 1; other < queues_.size(); ++other) {
      threads_.emplace_back([this, other] { serve(other); });
    }
  } catch (...) {
    stop();  // those that did start
    throw;
  }
}

void Workers::stop() {
  stop_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
}

void Workers::forget() {
  for (std::jthread& thread : threads_) thread.detach();
  threads_.clear();
}

void Workers::share(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body) {
  if (threads() == 1 || count == 1) return body(0, count);
  if (owner_ != getpid()) {
    forget();
    start();
  }
  count_ = count;
  chunks_ = kChunksPerThread * queues_.size();
  body_ = &body;
  open_.store(static_cast<std::uint32_t>(chunks_), std::memory_order_relaxed);
  for (Queue& queue : queues_) {
    queue.ticket.store(std::uint64_t{kChunksPerThread} << 32, std::memory_order_release);
  }
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  take_chunks(0);
  for (std::uint32_t open; (open = open_.load(std::memory_order_acquire)) != 0;) {
    await_change(open_, open);
  }
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Workers::serve(std::size_t self) {
  for (std::uint32_t seen = 0;;) {
    await_change(round_, seen);
    seen = round_.load(std::memory_order_acquire);
    if (stop_) return;
    take_chunks(self);
  }
}

void Workers::take_chunks(std::size_t self) {
  for (std::size_t k = 0; k < queues_.size(); ++k) {
    const std::size_t owner = (self + k) % queues_.size();
    while (true) {
      // A late thread may take a chunk of a later round, and then finds what belongs to it: that
      // round cannot end before the chunk is done.
      const std::uint64_t ticket = queues_[owner].ticket.fetch_add(1, std::memory_order_acq_rel);
      const std::size_t chunk = ticket & 0xffffffffU;
      if (chunk >= ticket >> 32) break;
      run_chunk(owner * kChunksPerThread + chunk);
    }
  }
}

void Workers::run_chunk(std::size_t chunk) {
  const std::size_t first = count_ * chunk / chunks_;
  const std::size_t last = count_ * (chunk + 1) / chunks_;
  try {
    if (first < last) (*body_)(first, last);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
  if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1) open_.notify_all();
}

}  // namespace aicmp
