#include <doctest/doctest.h>

#include "sim/market/civil_time.hpp"
#include "sim/market/seasonality.hpp"

using namespace aicmp;

TEST_CASE("civil time: 2024-02-29 18:00 UTC was a Thursday") {
  const CivilTime civil(1'709'229'600);
  CHECK(civil.day_fraction(Time()) == doctest::Approx(0.75));
  CHECK(civil.week_fraction(Time()) == doctest::Approx(3.75 / 7.0));
  CHECK(civil.year_fraction(Time()) == doctest::Approx(59.75 / 366.0).epsilon(0.01));
  CHECK(civil.day_fraction(Time::hours(-19.0)) == doctest::Approx(23.0 / 24.0));
  CHECK(civil.at_unix(1'709'229'600 + 86'400) == Time::days(1.0));
  CHECK(civil.unix_s(Time::seconds(1.5)) == 1'709'229'601);
  CHECK(civil.unix_s(Time::seconds(-0.5)) == 1'709'229'599);
}

TEST_CASE("demand peaks when it says, and its integral is that of its values") {
  const CivilTime civil(1'709'164'800);  // Thursday 00:00 UTC
  const Seasonality season{.daily_amplitude = 0.3, .weekly_amplitude = 0.1, .peak_hour_utc = 15.0};
  const Time wednesday = Time::days(6.0);
  CHECK(season.at(civil, wednesday + Time::hours(15.0)) ==
        doctest::Approx(1.4).epsilon(0.001));  // three hours after the peak of the week
  CHECK(season.integral_s(civil, Time(), Time::days(7.0)) == doctest::Approx(7.0 * 86'400.0));

  const Time from = Time::hours(-5.3);
  const Time to = Time::hours(31.7);
  double sum = 0.0;
  const int pieces = 37'000;
  const Time piece = Time::nanoseconds((to - from).ns() / pieces);
  for (int i = 0; i < pieces; ++i) {
    const Time middle = Time::nanoseconds(from.ns() + piece.ns() * i + piece.ns() / 2);
    sum += season.at(civil, middle) * piece.in_seconds();
  }
  CHECK(season.integral_s(civil, from, to) == doctest::Approx(sum).epsilon(1e-8));
}
