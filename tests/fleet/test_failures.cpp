#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include "sim/base/moments.hpp"
#include "sim/fleet/failures.hpp"

namespace aicmp {

TEST_CASE("draws follow the rates: exponential exposures, modes in proportion, repairs") {
  const FailureConfig config;
  const Failures failures(config, {.seed = 3}, 0);
  const int n = 40'000;
  Moments exposure;
  std::array<int, kFaults> counts{};
  std::array<Moments, kFaults> repairs;
  for (std::uint32_t i = 0; i < n; ++i) {
    const Failures::Draw draw = failures.draw(i, 1);
    exposure.add(draw.exposure);
    const auto mode = static_cast<std::size_t>(draw.fault) - 1;
    ++counts[mode];
    repairs[mode].add(draw.repair_s / 3600.0);
  }
  CHECK(std::abs(exposure.mean() - 1.0) < 4.0 / std::sqrt(n));
  for (std::size_t i = 0; i < kFaults; ++i) {
    CAPTURE(i);
    const double p = 1.0 / (config.modes[i].mtbf_days * 86400.0) / failures.hazard_per_s();
    CHECK(std::abs(counts[i] - n * p) < 4.5 * std::sqrt(n * p * (1.0 - p)));
    const double mean = config.modes[i].repair_hours;
    CHECK(std::abs(repairs[i].mean() - mean) < 4.5 * mean / std::sqrt(counts[i]));
  }
}

TEST_CASE("what a failure draws depends on world, group, machine and count alone") {
  const Failures one({}, {.seed = 3}, 0);
  FailureConfig costly;
  costly.modes[0].repair_cost_usd = 9.0;
  const Failures other(costly, {.seed = 3}, 0);
  CHECK(one.draw(5, 2).repair_s == other.draw(5, 2).repair_s);
  CHECK(one.draw(5, 2).exposure != one.draw(5, 3).exposure);
  CHECK(one.draw(5, 2).exposure != one.draw(6, 2).exposure);
  CHECK(one.draw(5, 2).exposure != Failures({}, {.seed = 3}, 1).draw(5, 2).exposure);
}

TEST_CASE("a slow loss falls in a line to nothing") {
  FailureConfig config;
  config.slow_loss_per_day = 0.5;
  const Failures failures(config, {}, 0);
  CHECK(failures.hash_part(Fault::kSlowLoss, 86400.0) == doctest::Approx(0.5));
  CHECK(failures.hash_part(Fault::kSlowLoss, 1e9) == 0.0);
  CHECK(failures.hash_seconds(Fault::kSlowLoss, 0.0, 86400.0) == doctest::Approx(0.75 * 86400.0));
  CHECK(failures.hash_seconds(Fault::kSlowLoss, 0.0, 1e9) == doctest::Approx(86400.0));
  CHECK(failures.hash_seconds(Fault::kBoard, 10.0, 40.0) == doctest::Approx(20.0));
}

TEST_CASE("wear doubles over its degrees and never helps") {
  const Failures failures({}, {}, 0);
  CHECK(failures.acceleration(20.0) == doctest::Approx(2.0));
  CHECK(failures.acceleration(-20.0) == 1.0);
}

}  // namespace aicmp
