#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <sys/types.h>

namespace aicmp {

/// Threads that wait for loops to share. The calling thread takes part, and takes over what the
/// others do not come to. A forked process starts threads of its own when it first shares.
class Workers {  // NOLINT(clang-analyzer-optin.performance.Padding): lines that do not meet
 public:
  /// `threads` counts the calling one.
  explicit Workers(int threads);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  std::size_t threads() const { return queues_.size(); }

  /// Calls `body(first, last)` for disjoint ranges that cover [0, count), from any thread. Throws
  /// what one of the calls threw, when all are done. One call at a time: a body must not share.
  void share(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body);

 private:
  static constexpr std::size_t kCacheLine = 64;

  /// Chunks that one thread takes first, so that rows stay in the cache of its core.
  struct alignas(kCacheLine) Queue {
    std::atomic<std::uint64_t> ticket{0};  // its chunks in this round << 32 | the next one to take
  };

  void start();
  void stop();
  /// Lets go of threads that a fork left behind.
  void forget();
  void serve(std::size_t self);
  void take_chunks(std::size_t self);
  void run_chunk(std::size_t chunk);

  std::vector<Queue> queues_;  // of the calling thread, and of the others
  std::size_t count_ = 0;
  std::size_t chunks_ = 0;
  const std::function<void(std::size_t, std::size_t)>* body_ = nullptr;
  pid_t owner_ = 0;  // the process whose threads these are
  alignas(kCacheLine) std::atomic<std::uint32_t> round_{0};
  alignas(kCacheLine) std::atomic<std::uint32_t> open_{0};  // chunks that are not done
  std::mutex mutex_;
  std::exception_ptr error_;
  std::atomic<bool> stop_{false};
  std::vector<std::jthread> threads_;
};

}  // namespace aicmp
