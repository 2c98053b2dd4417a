#include "envs/workers.hpp"

namespace aicmp {

namespace {

// A batch follows the last one within microseconds while somebody trains; sleeping costs more.
constexpr int kSpins = 2000;

template <typename T>
void await_change(const std::atomic<T>& value, T old) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Workers::Workers(int threads) : parts_(static_cast<std::size_t>(threads)) {
  for (std::size_t part = 1; part < parts_; ++part) {
    threads_.emplace_back([this, part] { serve(part); });
  }
}

Workers::~Workers() {
  stop_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
}

void Workers::share(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body) {
  count_ = count;
  body_ = &body;
  busy_.store(parts_ - 1, std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  body(0, count / parts_);
  for (std::size_t busy; (busy = busy_.load(std::memory_order_acquire)) != 0;) {
    await_change(busy_, busy);
  }
}

void Workers::serve(std::size_t part) {
  for (std::uint32_t seen = 0;; ++seen) {
    await_change(round_, seen);
    if (stop_) return;
    (*body_)(count_ * part / parts_, count_ * (part + 1) / parts_);
    busy_.fetch_sub(1, std::memory_order_release);
    busy_.notify_one();
  }
}

}  // namespace aicmp
