#include <doctest/doctest.h>

#include "sim/pool/fee_average.hpp"

using namespace aicmp;

namespace {

std::int64_t mean_of(const FeeAverageConfig& config, std::initializer_list<std::int64_t> fees) {
  FeeAverage average(config);
  for (const std::int64_t fee : fees) average.add(Satoshi(fee));
  return average.end_day().value_or(Satoshi(-1)).value();
}

}  // namespace

TEST_CASE("FPPS passes on the mean fees of the day, without the extremes if so wanted") {
  CHECK(mean_of({}, {}) == -1);
  CHECK(mean_of({}, {10, 20, 60}) == 30);
  // A tenth of ten at each end; of nine none.
  CHECK(mean_of({.trim = 0.1}, {1000, 1, 2, 3, 4, 5, 6, 7, 8, 0}) == 5);
  CHECK(mean_of({.trim = 0.1}, {1000, 1, 2, 3, 4, 5, 6, 7, 8}) == 115);
  CHECK(mean_of({.trim = 0.49}, {7}) == 7);
}

TEST_CASE("The day's fees are forgotten at its end, the last 144 blocks' are not") {
  FeeAverage day({});
  FeeAverage trailing({.over = FeeAverageConfig::Over::kLast144});
  for (FeeAverage* average : {&day, &trailing}) {
    for (int i = 0; i < 144; ++i) average->add(Satoshi(100));
    CHECK(average->end_day() == Satoshi(100));
    CHECK(average->end_day().has_value() == (average == &trailing));
    for (int i = 0; i < 36; ++i) average->add(Satoshi(500));
  }
  CHECK(day.end_day() == Satoshi(500));
  CHECK(trailing.end_day() == Satoshi(200));
}
