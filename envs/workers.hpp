#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace aicmp {

/// Threads that wait for loops to share. The calling thread takes part; what runs must not throw.
class Workers {
 public:
  explicit Workers(int threads);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  /// Calls `body(first, last)` for disjoint ranges that cover [0, count), one per thread.
  void share(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body);

 private:
  void serve(std::size_t part);

  std::size_t parts_;
  std::size_t count_ = 0;
  const std::function<void(std::size_t, std::size_t)>* body_ = nullptr;
  std::atomic<std::uint32_t> round_{0};
  std::atomic<std::size_t> busy_{0};
  bool stop_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace aicmp
