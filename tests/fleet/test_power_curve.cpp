#include <cmath>

#include <doctest/doctest.h>

#include "sim/fleet/power_curve.hpp"

namespace aicmp {
namespace {

const AsicModel& model(const char* name) {
  static const AsicCatalogue catalogue;
  return catalogue[catalogue.find(name, "k")];
}

}  // namespace

TEST_CASE("a curve passes through the presets of its firmware and is inverted exactly") {
  const AsicModel& s19 = model("Antminer S19");
  const PowerCurve curve(s19, "2350 W");
  CHECK(curve.points().size() == s19.modes.size());
  for (const PowerMode& mode : s19.modes) {
    CHECK(curve.power_w(mode.hashrate_ths) == doctest::Approx(mode.power_w).epsilon(1e-12));
    CHECK(curve.ths_at(mode.power_w) == doctest::Approx(mode.hashrate_ths).epsilon(1e-12));
  }
  for (double ths = 53.0; ths < 124.0; ths += 0.37) {
    CHECK(curve.ths_at(curve.power_w(ths)) == doctest::Approx(ths).epsilon(1e-12));
    CHECK(curve.power_w(ths + 0.1) > curve.power_w(ths));
  }
  CHECK(curve.power_w(1.0) == curve.min_power_w());
  CHECK(curve.ths_at(1e6) == doctest::Approx(curve.max_ths()).epsilon(1e-12));
}

TEST_CASE("the maker's firmware lowers the clock by the power law of the S19's presets") {
  const PowerCurve stock(model("Antminer S21"), "");
  CHECK(stock.max_ths() == 200.0);
  CHECK(stock.max_power_w() == 3500.0);
  CHECK(stock.power_w(150.0) == doctest::Approx(3500.0 * std::pow(0.75, 1.64)).epsilon(1e-12));

  // The law itself, from the presets: slope of ln P over ln TH/s by least squares.
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
  for (const PowerMode& mode : model("Antminer S19").modes) {
    const double a = std::log(mode.hashrate_ths);
    const double b = std::log(mode.power_w);
    n += 1.0, x += a, y += b, xx += a * a, xy += a * b;
  }
  CHECK((n * xy - x * y) / (n * xx - x * x) == doctest::Approx(1.64).epsilon(0.005));
}

TEST_CASE("a nameplate joins the presets only where J/TH does not fall") {
  CHECK(PowerCurve(model("Antminer T21"), "high energy").points().size() == 2);
  CHECK(PowerCurve(model("Antminer S19k Pro"), "2600 W").max_ths() == 100.0);
}

TEST_CASE("the best point is that of a fine search, at every ratio of prices") {
  const PowerCurve curve(model("Antminer S19"), "2350 W");
  for (const double usd_per_kwh : {-0.01, 0.0, 0.02, 0.04, 0.06, 0.08, 0.12}) {
    for (const double limit_w : {2000.0, 5000.0}) {
      const double usd_per_ths_hour = 50.0 / 24e3;
      const auto profit = [&](double ths) {
        return usd_per_ths_hour * ths - usd_per_kwh * 1e-3 * curve.power_w(ths);
      };
      const OperatingPoint best = curve.best(usd_per_ths_hour, usd_per_kwh, limit_w);
      CHECK(best.power_w <= limit_w * (1.0 + 1e-12));
      CHECK(best.power_w == doctest::Approx(curve.power_w(best.hashrate_ths)));
      for (double ths = curve.min_ths(); ths <= curve.ths_at(limit_w); ths += 0.05) {
        CHECK(profit(ths) <= profit(best.hashrate_ths) + 1e-12);
      }
    }
  }
}

}  // namespace aicmp
