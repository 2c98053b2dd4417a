#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/validation/estimate.hpp"

using namespace aicmp;

TEST_CASE("a row passes within four standard errors or the stated bias, and not beyond") {
  CHECK(Row{"", "", 1.0, 1.2, 0.2, 0.0}.pass());
  CHECK_FALSE(Row{"", "", 1.0, 1.21, 0.2, 0.0}.pass());
  CHECK(Row{"", "", 1.0, 1.21, 0.2, 0.3}.pass());
  CHECK(Row{"", "", 5.0, 5.0, 0.0, 0.0}.pass());
  CHECK_FALSE(Row{"", "", 5.0, std::nextafter(5.0, 6.0), 0.0, 0.0}.pass());
  CHECK_FALSE(Row{"", "", 5.0, std::numeric_limits<double>::quiet_NaN(), 1.0, 1.0}.pass());
}

TEST_CASE("a rare event that did not happen is no proof against it") {
  Moments none;
  for (int i = 0; i < 100; ++i) none.add(0.0);
  CHECK(fraction_row({"", "", 0.01}, none).pass());
  CHECK_FALSE(fraction_row({"", "", 0.2}, none).pass());
  CHECK(fraction_row({"", "", 0.2}, none).half_width == doctest::Approx(0.16));
}

TEST_CASE("every estimate covers the truth as often as four standard errors do") {
  // Exponential samples: mean 1, variance 1, CV 1; paired with a companion of the same mean.
  int missed = 0;
  double worst = 0.0;
  for (std::uint32_t run = 0; run < 300; ++run) {
    Rng rng({.seed = 3}, StreamId::kTest, run);
    std::vector<double> samples, control;
    Ratio ratio;
    for (int i = 0; i < 2000; ++i) {
      samples.push_back(exponential(rng));
      control.push_back(samples.back() + 0.1 * (exponential(rng) - 1.0));
      ratio.add(samples.back(), 2.0 * control.back());
    }
    for (const Row& row : {mean_row({"", "", 1.0}, samples), variance_row({"", "", 1.0}, samples),
                           cv_row({"", "", 1.0}, samples), ratio_row({"", "", 0.5}, ratio),
                           controlled_mean_row({"", "", 1.0}, samples, control, 1.0)}) {
      missed += row.pass() ? 0 : 1;
      worst = std::max(worst, row.half_width);
    }
    CHECK(controlled_mean_row({"", "", 1.0}, samples, control, 1.0).half_width <
          0.15 * mean_row({"", "", 1.0}, samples).half_width);
  }
  CHECK(missed <= 3);  // of 1500; skewness of squares included
  CHECK(worst < 0.6);
}
