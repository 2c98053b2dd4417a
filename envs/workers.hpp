#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace aicmp {

/// Threads that wait for loops to share. The calling thread takes part, and takes over what the
/// others do not come to.
class Workers {
 public:
  explicit Workers(int threads);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  /// Calls `body(first, last)` for disjoint ranges that cover [0, count), from any thread. Throws
  /// what one of the calls threw, when all are done.
  void share(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body);

 private:
  void serve();
  void take_chunks();
  void run_chunk(std::size_t chunk, std::size_t chunks);

  std::size_t count_ = 0;
  const std::function<void(std::size_t, std::size_t)>* body_ = nullptr;
  std::atomic<std::uint64_t> ticket_{0};  // chunks of this round << 32 | the next one to take
  std::atomic<std::uint32_t> round_{0};
  std::atomic<std::uint32_t> open_{0};  // chunks that are not done
  std::mutex mutex_;
  std::exception_ptr error_;
  std::atomic<bool> stop_{false};
  std::vector<std::jthread> threads_;
};

}  // namespace aicmp
