#include <atomic>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

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

TEST_CASE("A forked process shares with threads of its own, and both end") {
  std::optional<Workers> workers(std::in_place, 3);
  std::atomic<std::size_t> done{0};
  const auto all = [&] {
    done = 0;
    workers->share(100, [&](std::size_t first, std::size_t last) { done += last - first; });
    return done == 100;
  };
  CHECK(all());
  const pid_t child = fork();
  if (child == 0) {
    const bool right = all();
    workers.reset();
    std::_Exit(right ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(all());
}

}  // namespace
}  // namespace aicmp
