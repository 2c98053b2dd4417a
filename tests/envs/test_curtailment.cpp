#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "envs/problems/demand_calls.hpp"
#include "envs/problems/site_heat.hpp"
#include "envs/rollout.hpp"
#include "sim/base/error.hpp"
#include "tests/message_of.hpp"

// A site under calls to switch off, a revenue that moves, and heat.
namespace aicmp {
namespace {

constexpr char kCurtailment[] = "AICMP/Curtailment-v0";
const std::vector<std::string> kSteadyPrice = {"prices_usd_per_mwh=[20]", "transitions=[1]",
                                               "heat.ambient_noise_c=0"};

std::vector<std::string> steady_price(const std::vector<std::string>& more) {
  std::vector<std::string> all = kSteadyPrice;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST_CASE("Calls are those of the programme, rounded to steps") {
  const ResponseConfig config{
      .bid_part = 1.0, .calls_per_year = 87.66, .call_hours = 4.0, .notice_minutes = 130.0};
  const DemandCalls calls(config, 1.0);
  REQUIRE(calls.phases() == 4);  // two whole hours of notice
  CHECK(calls.probability(0, 1) == doctest::Approx(1.0 - std::exp(-0.01)));
  CHECK(calls.probability(1, 2) == 1.0);
  CHECK(calls.probability(2, 3) == 1.0);
  CHECK(calls.probability(3, 0) == doctest::Approx(0.25));
  CHECK_FALSE(calls.called(2));
  CHECK(calls.called(3));
  CHECK(DemandCalls({}, 1.0).phases() == 1);
  CHECK_FALSE(DemandCalls({}, 1.0).called(0));
}

TEST_CASE("What a programme pays counts only for what was offered") {
  const ResponseConfig config{.bid_part = 0.4,
                              .capacity_usd_per_mwh = 5.0,
                              .curtailed_usd_per_mwh = 50.0,
                              .penalty_usd_per_mwh = 1000.0};
  const DemandCalls calls(config, 1.0);
  const std::size_t call = calls.phases() - 1;
  CHECK(calls.usd_per_mwh(0, 1.0) == doctest::Approx(2.0));
  CHECK(calls.usd_per_mwh(0, 1.25) == doctest::Approx(2.0));
  CHECK(calls.usd_per_mwh(0, 0.7) == doctest::Approx(0.5));
  CHECK(calls.usd_per_mwh(0, 0.02) == 0.0);
  CHECK(calls.usd_per_mwh(call, 0.6) == doctest::Approx(20.0));
  CHECK(calls.usd_per_mwh(call, 0.9) == doctest::Approx(5.0 - 300.0));
}

TEST_CASE("A site that is called: the optimum is the renewal cycle of idle, notice and call") {
  const std::vector<std::string> called =
      steady_price({"response.bid_part=1", "response.calls_per_year=200", "response.call_hours=5",
                    "response.notice_minutes=120", "response.capacity_usd_per_mwh=7",
                    "response.curtailed_usd_per_mwh=30", "steps=8766"});
  // A cycle: 1/p hours until a call is announced, two of notice, five of the call, a restart.
  const double free = 1.0 / -std::expm1(-200.0 / 8766.0) + 2.0;
  const double idle = 0.02;
  const double stopped = 5.0 * (30.0 - idle * 20.0 - idle * (30.0 + 1000.0));
  const double cycle = free * (92.0 - 20.0 + 7.0) + stopped - (46.0 + 60.0);
  const double gain = cycle / (free + 5.0);
  const auto env = make_environment(kCurtailment, {}, "", called);
  CHECK(env->optimum()->value == doctest::Approx(gain).epsilon(1e-9));
  for (const char* policy : {"optimal", "greedy", "hysteresis"}) {
    CAPTURE(policy);
    const Moments seen = score(kCurtailment, policy, 1000, called);
    // An episode begins on and without a call, which is worth less than a cycle over its length.
    CHECK(std::abs(seen.mean() - gain) <= 4.0 * seen.standard_error() + cycle / 8766.0);
  }
}

TEST_CASE("The revenue is a martingale, and thresholds move with it") {
  const std::vector<std::string> moving = steady_price(
      {"revenue_volatility=0.8", "steps=8760", "prices_usd_per_mwh=[0]", "idle_power=0"});
  const Moments seen = score(kCurtailment, "always", 2000, moving);
  CHECK(std::abs(seen.mean() - 92.0) <= 4.0 * seen.standard_error());
  // E of the mean over a year of exp(sigma W - sigma^2 t / 2) squared, less 1.
  const double v = 0.64;
  const double variance = 92.0 * 92.0 * (2.0 / (v * v) * (std::exp(v) - 1.0 - v) - 1.0);
  CHECK(seen.variance() == doctest::Approx(variance).epsilon(0.25));
  CHECK_FALSE(make_environment(kCurtailment, {}, "", moving)->optimum().has_value());
}

TEST_CASE("Boards run at full power until they are as warm as they may get") {
  const auto heat = [](double hours) {
    return SiteHeat({.cooling = Cooling::kImmersion, .time_constant_s = 7200.0}, hours);
  };
  const ThermalModel model({.time_constant_s = 7200.0}, cooler_of(Cooling::kImmersion));
  const double air = 38.0;
  const double power = 1.25;
  const double held = model.most_power(75.0, air, 1.0);
  REQUIRE(held < power);

  const SiteHeat::Step settled = heat(4.0).run(power, true, air, 75.0);
  CHECK(settled.part == doctest::Approx(held / power).epsilon(1e-12));
  CHECK(settled.board_c == doctest::Approx(75.0).epsilon(1e-9));

  const ThermalModel::Regime warming = model.regime(power, air, 1.0);
  const double full_h =
      std::log((warming.steady_c - 70.0) / (warming.steady_c - 75.0)) / warming.rate_per_s / 3600.0;
  REQUIRE(full_h < 2.0);
  const SiteHeat::Step cold = heat(2.0).run(power, true, air, 70.0);
  CHECK(cold.part ==
        doctest::Approx((full_h + (2.0 - full_h) * held / power) / 2.0).epsilon(1e-12));

  // Halves make a whole.
  const SiteHeat::Step first = heat(1.0).run(power, true, air, 70.0);
  const SiteHeat::Step second = heat(1.0).run(power, true, air, first.board_c);
  CHECK(0.5 * (first.part + second.part) == doctest::Approx(cold.part).epsilon(1e-12));
  CHECK(0.5 * (first.power + second.power) == doctest::Approx(cold.power).epsilon(1e-12));
  CHECK(second.board_c == doctest::Approx(cold.board_c).epsilon(1e-12));
}

TEST_CASE("A site sleeps in air that is too warm, and cools down while it is off") {
  const SiteHeat heat({.cooling = Cooling::kAir}, 24.0);
  const SiteHeat::Step hot = heat.run(1.0, true, 47.5, 70.0);
  CHECK(hot.part == 0.0);
  CHECK(hot.power == 0.0);
  const SiteHeat::Step off = heat.run(0.02, false, 20.0, 70.0);
  CHECK(off.power == 0.02);
  CHECK(off.board_c < 25.0);
  CHECK(heat.run(1.0, true, 25.0, heat.steady_c(25.0)).power ==
        doctest::Approx(1.0).epsilon(1e-12));
}

TEST_CASE("Heat takes from a mode what its cooling does not carry") {
  const std::vector<std::string> hot = steady_price(
      {"heat.cooling=air", "heat.ambient_mean_c=42", "heat.ambient_daily_c=0", "steps=100"});
  const double held = ThermalModel({}, cooler_of(Cooling::kAir)).most_power(75.0, 42.0, 1.0);
  const auto env = make_environment(kCurtailment, {}, "", hot);
  Memory memory(*env);
  env->reset_into({}, memory.buffers());
  memory.choices[0] = 1;
  for (int step = 0; step < 3; ++step) env->step_into(memory.actions(), memory.buffers());
  const std::vector<std::string> names = env->spec().info_numbers();
  const auto at = [&](const char* name) {
    return memory.info[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                                names.begin())];
  };
  CHECK(at("throttled") == doctest::Approx(1.0 - held));
  CHECK(at("revenue") == doctest::Approx(92.0 * held));
  CHECK(at("frictionless") == doctest::Approx(92.0 - 20.0));
  CHECK_FALSE(env->optimum().has_value());

  const std::string refused = message_of<ConfigError>([] {
    make_environment(kCurtailment, {}, "", {"heat.cooling=air", "actions=fraction"});
  });
  CHECK(refused.find("ignored if actions") != std::string::npos);
}

}  // namespace
}  // namespace aicmp
