#include <cmath>

#include <doctest/doctest.h>

#include "sim/fleet/thermal.hpp"

namespace aicmp {
namespace {

const Cooling kAll[] = {Cooling::kAir, Cooling::kHydro, Cooling::kImmersion};

}  // namespace

TEST_CASE("fans hold the target while they can; then temperature rises with the air") {
  const ThermalModel air({}, cooler_of(Cooling::kAir));
  CHECK(air.regime(1.0, 25.0, 1.0).steady_c == doctest::Approx(70.0));
  CHECK(air.regime(1.0, 25.0, 1.0).fan_speed == doctest::Approx(35.0 / 45.0));
  CHECK(air.regime(1.0, 35.0, 1.0).steady_c == doctest::Approx(70.0));
  CHECK(air.regime(1.0, 35.0, 1.0).fan_speed == 1.0);
  CHECK(air.regime(1.0, 40.0, 1.0).steady_c > 75.0);
  CHECK(air.regime(1.0, -10.0, 1.0).steady_c == doctest::Approx(70.0));
  const ThermalModel::Regime asleep = air.regime(0.02, 10.0, 1.0);
  CHECK(asleep.steady_c > 10.0);
  CHECK(asleep.steady_c < 15.0);
}

TEST_CASE("steady state: heat made is heat lost, with the drift of power with temperature") {
  ThermalConfig config;
  config.drift_per_k = 0.004;
  for (const Cooling cooling : kAll) {
    const Cooler cooler = cooler_of(cooling);
    const ThermalModel model(config, cooler);
    for (const double power : {0.02, 0.4, 1.0, 1.3}) {
      for (const double air_c : {-20.0, 10.0, 38.0, 46.0}) {
        for (const double k : {0.9, 1.0, 1.3}) {
          const ThermalModel::Regime regime = model.regime(power, air_c, k);
          const double r = k * (cooler.to_coolant_k + cooler.to_air_k / regime.fan_speed);
          CHECK(model.board_power(power, regime.steady_c) ==
                doctest::Approx((regime.steady_c - air_c) / r).epsilon(1e-10));
        }
      }
    }
  }
}

TEST_CASE("time constant: a resistor and a capacitor without drift, slower with it") {
  ThermalConfig config;
  config.drift_per_k = 0.0;
  for (const Cooling cooling : kAll) {
    const Cooler cooler = cooler_of(cooling);
    CHECK(1.0 / ThermalModel(config, cooler).regime(1.0, 45.0, 1.0).rate_per_s ==
          doctest::Approx(cooler.time_constant_s).epsilon(1e-12));
  }
  const Cooler cooler = cooler_of(Cooling::kAir);
  config.drift_per_k = 0.004;
  // C dT/dt = p a T - T / R: the rate is 1 / (R C) - p a / C.
  CHECK(1.0 / ThermalModel(config, cooler).regime(1.0, 45.0, 1.0).rate_per_s ==
        doctest::Approx(cooler.time_constant_s / (1.0 - 0.004 * 35.0)).epsilon(1e-12));
}

TEST_CASE("steps are exact: halves make a whole, and they solve the differential equation") {
  ThermalConfig config;
  config.drift_per_k = 0.004;
  for (const Cooling cooling : kAll) {
    const Cooler cooler = cooler_of(cooling);
    const ThermalModel model(config, cooler);
    const ThermalModel::Regime regime = model.regime(1.1, 30.0, 1.1);
    const double r = 1.1 * (cooler.to_coolant_k + cooler.to_air_k / regime.fan_speed);
    const double dt_s = 900.0;
    const ThermalModel::Step whole = ThermalModel::step(regime, 20.0, dt_s);
    const ThermalModel::Step first = ThermalModel::step(regime, 20.0, dt_s / 2);
    const ThermalModel::Step second = ThermalModel::step(regime, first.end_c, dt_s / 2);
    CHECK(second.end_c == doctest::Approx(whole.end_c).epsilon(1e-12));
    CHECK(0.5 * (first.mean_c + second.mean_c) == doctest::Approx(whole.mean_c).epsilon(1e-12));

    // Fourth-order Runge-Kutta of C dT/dt = board power - heat flow.
    double t = 20.0;
    const int steps = 100'000;
    const double h = dt_s / steps;
    const auto slope = [&](double c) {
      return (model.board_power(1.1, c) - (c - 30.0) / r) / model.capacity_s();
    };
    for (int i = 0; i < steps; ++i) {
      const double a = slope(t);
      const double b = slope(t + h / 2 * a);
      const double c = slope(t + h / 2 * b);
      t += h / 6 * (a + 2 * b + 2 * c + slope(t + h * c));
    }
    CHECK(whole.end_c == doctest::Approx(t).epsilon(1e-9));
    // First law: what the boards draw is what flows away and what they store.
    CHECK(model.board_power(1.1, whole.mean_c) * dt_s ==
          doctest::Approx((whole.mean_c - 30.0) / r * dt_s +
                          model.capacity_s() * (whole.end_c - 20.0))
              .epsilon(1e-10));
  }
}

TEST_CASE("the most power at a limit is what makes the limit the steady state") {
  const ThermalModel model({}, cooler_of(Cooling::kAir));
  for (const double air_c : {38.0, 42.0, 46.0}) {
    const double power = model.most_power(75.0, air_c, 1.1);
    CHECK(model.regime(power, air_c, 1.1).steady_c == doctest::Approx(75.0).epsilon(1e-12));
  }
  // At the air that an Antminer S21 throttles at, about 40 C.
  const double nominal = model.most_power(75.0, 39.5, 1.0);
  CHECK(nominal > 1.0);
  CHECK(model.most_power(75.0, 40.5, 1.0) < 1.0);
}

TEST_CASE("a nameplate is boards and fans at 25 C") {
  const ThermalModel model({}, cooler_of(Cooling::kAir));
  const double fans = model.fan_power(35.0 / 45.0);
  CHECK(model.board_part() * (1.0 + fans) == doctest::Approx(1.0));
  CHECK(model.power_for(model.most_wall_power(0.7), model.off_c()) == doctest::Approx(0.7));
}

TEST_CASE("chips are above their boards in proportion to power") {
  ThermalConfig config;
  config.chip_above_k = 12.0;
  const ThermalModel model(config, cooler_of(Cooling::kAir));
  CHECK(model.chip_c(70.0, 1.0) == 82.0);
  CHECK(model.chip_c(70.0, 0.5) == 76.0);
  CHECK(model.chip_c(40.0, 0.0) == 40.0);
}

}  // namespace aicmp
