#include "sim/attack/theft.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "sim/attack/hijack.hpp"
#include "sim/base/moments.hpp"

using namespace aicmp;

namespace {

constexpr std::size_t kAccounts = 1000;

/// Mean days that a stolen account is the thief's, over worlds.
Moments held(const TheftConfig& config, const LoginConfig& login) {
  Moments days;
  for (std::uint32_t world = 0; world < 20; ++world) {
    Theft theft(config, login, kAccounts, {1, world, 0});
    Time before;
    while (theft.next() < Time::days(3650.0)) {
      CHECK(theft.next() >= before);
      before = theft.next();
      theft.step();
    }
    days.add(theft.held_days() / static_cast<double>(theft.ended()));
  }
  return days;
}

}  // namespace

TEST_CASE("an account is stolen until its owner notices or its keys are replaced") {
  TheftConfig config;
  config.per_account_year = 0.1;
  config.key_part = 1.0;
  const double m = config.notice_days = 10.0;
  LoginConfig login;
  const auto check = [&](double expected) {
    const Moments days = held(config, login);
    CHECK(std::abs(days.mean() - expected) <= 4.0 * days.standard_error());
  };
  check(m);
  login.rotation_days = 15.0;
  check(m);  // passwords are not replaced
  login.certificates = true;
  check(m * (1.0 - m / 15.0 * -std::expm1(-15.0 / m)));
  login.rotation_days = 0.0;
  check(m);
}

TEST_CASE("certificates are stolen as often as private keys are") {
  TheftConfig config;
  config.per_account_year = 1.0;
  config.notice_days = 0.1;
  LoginConfig login;
  login.certificates = true;
  Theft theft(config, login, kAccounts, {1, 0, 0});
  while (theft.next() < Time::days(3652.5)) theft.step();
  const double attempts = 10.0 * kAccounts;
  CHECK(std::abs(static_cast<double>(theft.attempts()) - attempts) <= 4.0 * std::sqrt(attempts));
  CHECK(std::abs(static_cast<double>(theft.thefts()) - 0.1 * attempts) <=
        4.0 * std::sqrt(0.1 * attempts));
}

TEST_CASE("a thief takes his part of what is paid while he has the account, and nothing else") {
  TheftConfig config;
  config.per_account_year = 1.0;
  config.part = 0.5;
  config.notice_days = 1.0;
  Theft theft(config, {}, 2, {1, 0, 0});
  CHECK(theft.taken_sat(0).empty());
  std::vector<Satoshi> paid = {Satoshi(100), Satoshi(1000)};
  theft.see_payouts(0, paid);
  theft.step();
  const std::size_t victim = theft.has(0) ? 0 : 1;
  CHECK(theft.has(0) != theft.has(1));
  paid = {Satoshi(300), Satoshi(1200)};
  theft.see_payouts(0, paid);
  theft.step();
  REQUIRE(!theft.has(0));
  REQUIRE(!theft.has(1));
  paid = {Satoshi(900), Satoshi(1900)};
  theft.see_payouts(0, paid);
  CHECK(theft.taken_sat(0)[victim] == 100.0);
  CHECK(theft.taken_sat(0)[1 - victim] == 0.0);
}

TEST_CASE("a hijack lasts until it was noticed and repaired, and never begins if encrypted") {
  HijackConfig config;
  config.miners_part = 0.25;
  config.begin_h = 10.0;
  Hijack hijack(config, false, 10'000, {1, 0, 0});
  CHECK(std::abs(static_cast<double>(hijack.victims()) - 2500.0) <=
        4.0 * std::sqrt(10'000 * 0.1875));
  CHECK(hijack.next() == Time::hours(10.0));
  CHECK(hijack.taken(0) == 0.0);
  hijack.step();
  CHECK(hijack.next() == Time::forever());
  std::int64_t victims = 0;
  std::uint32_t victim = 0;
  std::uint32_t other = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    victims += hijack.taken(i) == 0.3 ? 1 : 0;
    (hijack.taken(i) > 0.0 ? victim : other) = i;
  }
  CHECK(victims == hijack.victims());
  hijack.notice(Time::hours(12.0), other);
  CHECK(hijack.next() == Time::forever());
  hijack.notice(Time::hours(12.0), victim);
  hijack.notice(Time::hours(13.0), victim);
  CHECK(hijack.next() == Time::hours(16.0));
  hijack.step();
  CHECK(hijack.next() == Time::forever());
  CHECK(hijack.taken(victim) == 0.0);
  CHECK(hijack.noticed() == 1);
  CHECK(hijack.mean_delay_h() == 2.0);

  const Hijack encrypted(config, true, 10'000, {1, 0, 0});
  CHECK(encrypted.next() == Time::forever());
  CHECK(encrypted.taken(victim) == 0.0);
}
