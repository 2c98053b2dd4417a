#include "benchmarks/slow_down.hpp"

#include <cstdlib>
#include <cstring>

namespace aicmp::bench {

int rounds(const char* figure) {
  const char* slow = std::getenv("AICMP_BENCH_SLOW");
  return slow != nullptr && std::strcmp(slow, figure) == 0 ? 2 : 1;
}

}  // namespace aicmp::bench
