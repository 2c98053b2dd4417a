#include <doctest/doctest.h>

#include "sim/base/units.hpp"

namespace aicmp {

TEST_CASE("Time is exact in nanoseconds and rounds seconds to the nearest") {
  CHECK(Time::seconds(1.5).ns() == 1'500'000'000);
  CHECK(Time::seconds(1e-9 * 0.6).ns() == 1);
  CHECK(Time::seconds(-2.0).ns() == -2'000'000'000);
  CHECK(Time::hours(1.0) == Time::seconds(3600.0));
  CHECK(Time::days(1.0) == Time::hours(24.0));
  CHECK(Time::days(365.0).in_days() == doctest::Approx(365.0).epsilon(1e-15));
  CHECK(Time::seconds(600.0).in_seconds() == doctest::Approx(600.0).epsilon(1e-15));
}

TEST_CASE("Time counts a million blocks of 600 s without drift") {
  Time time;
  for (int block = 0; block < 1'000'000; ++block) time += Time::seconds(600.0);
  CHECK(time.ns() == 600'000'000LL * 1'000'000'000LL);
  time -= Time::seconds(600.0);
  CHECK(time == Time::seconds(600.0 * 999'999));
}

TEST_CASE("Time beyond the range of the type is forever, which is later than any other") {
  CHECK(Time::seconds(1e10) == Time::forever());
  CHECK(Time::days(1e9) == Time::forever());
  CHECK(Time::days(365.25 * 200) < Time::forever());
  CHECK(Time() < Time::nanoseconds(1));
  CHECK(Time::nanoseconds(5) - Time::nanoseconds(7) == Time::nanoseconds(-2));
}

TEST_CASE("Satoshi adds as integers") {
  Satoshi sum;
  for (int i = 0; i < 10; ++i) sum += Satoshi(10'000'000);
  CHECK(sum.value() == kSatoshiPerBtc);
  CHECK(sum.btc() == 1.0);
  CHECK((sum - Satoshi(1)).value() == 99'999'999);
  CHECK(-sum < Satoshi());
  // All money there will ever be fits with room to spare.
  CHECK(Satoshi(2'099'999'997'690'000) < Satoshi(INT64_MAX));
}

TEST_CASE("a share of difficulty 1 costs 2^32 x 65536/65535 hashes") {
  CHECK(kHashesPerWork == doctest::Approx(4294967296.0 * 65536.0 / 65535.0).epsilon(1e-15));
}

}  // namespace aicmp
