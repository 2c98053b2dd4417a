#include <atomic>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "envs/workers.hpp"

namespace aicmp {
namespace {

TEST_CASE("Every element is done once, whatever the threads and the count") {
  for (const int threads : {1, 2, 5}) {
    Workers workers(threads);
    for (std::size_t count = 0; count < 200; ++count) {
      std::vector<std::atomic<int>> done(count);
      workers.share(count, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) ++done[i];
      });
      for (const auto& times : done) CHECK(times == 1);
    }
  }
}

TEST_CASE("What a thread throws arrives at the caller, and the threads go on") {
  Workers workers(3);
  for (std::size_t bad = 0; bad < 50; ++bad) {
    std::atomic<std::size_t> done{0};
    CHECK_THROWS_AS(workers.share(50,
                                  [&](std::size_t first, std::size_t last) {
                                    for (std::size_t i = first; i < last; ++i) {
                                      if (i == bad) throw std::runtime_error("bad");
                                      ++done;
                                    }
                                  }),
                    std::runtime_error);
    CHECK(done < 50);
    workers.share(7, [&](std::size_t first, std::size_t last) { done += last - first; });
  }
}

}  // namespace
}  // namespace aicmp
