#include <cmath>

#include <doctest/doctest.h>

#include "sim/base/hypothesis.hpp"
#include "sim/base/inequality.hpp"
#include "sim/base/moments.hpp"
#include "sim/fleet/population.hpp"

namespace aicmp {
namespace {

FleetConfig two_groups() {
  FleetConfig config;
  config.groups.resize(2);
  config.groups[0].name = "farms";
  config.groups[0].count = 300;
  config.groups[0].mean_machines = 50.0;
  config.groups[0].region = Region::kNorthAmerica;
  config.groups[0].latency_sigma = 0.3;
  config.groups[1].name = "homes";
  config.groups[1].count = 700;
  config.groups[1].asic = "Antminer S19";
  config.groups[1].mode = "1100 W";
  config.groups[1].size = {.shape = SizeShape::kPareto, .alpha = 1.8};
  config.groups[1].region = Region::kEurope;
  config.groups[1].latency_sigma = 0.5;
  return config;
}

/// Counts miners that differ between [begin_a, begin_a + count) of `a` and the same of `b`.
int differences(const Population& a, std::size_t begin_a, const Population& b, std::size_t begin_b,
                std::size_t count) {
  int different = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t j = begin_a + i;
    const std::size_t k = begin_b + i;
    different += a.hashes_per_s[j] != b.hashes_per_s[k] || a.latency_s[j] != b.latency_s[k] ||
                 a.power_w[j] != b.power_w[k] || a.model[j] != b.model[k];
  }
  return different;
}

}  // namespace

TEST_CASE("a population has its miners group by group, all arrays alike long") {
  const FleetConfig config = two_groups();
  const Population population = draw_population(config, {.seed = 1});
  REQUIRE(population.size() == 1000);
  CHECK(population.latency_s.size() == 1000);
  CHECK(population.power_w.size() == 1000);
  CHECK(population.model.size() == 1000);
  const AsicCatalogue catalogue;
  for (std::size_t i = 0; i < 1000; ++i) {
    CHECK(population.group[i] == (i < 300 ? 0 : 1));
    CHECK(catalogue[population.model[i]].name == (i < 300 ? "Antminer S21" : "Antminer S19"));
    CHECK(population.hashes_per_s[i] > 0.0);
    CHECK(population.latency_s[i] > 0.0);
    const double joules_per_hash = i < 300 ? 17.5e-12 : 1100.0 / 53e12;
    CHECK(population.power_w[i] ==
          doctest::Approx(population.hashes_per_s[i] * joules_per_hash).epsilon(1e-12));
  }
  double hashes = 0.0;
  for (double rate : population.hashes_per_s) hashes += rate;
  CHECK(population.total_hashes_per_s() == hashes);
}

TEST_CASE("the same seed gives the same miners, another world others") {
  const FleetConfig config = two_groups();
  const Population first = draw_population(config, {.seed = 5});
  const Population again = draw_population(config, {.seed = 5});
  const Population other = draw_population(config, {.seed = 5, .world = 1});
  CHECK(differences(first, 0, again, 0, 1000) == 0);
  CHECK(differences(first, 0, other, 0, 1000) == 1000);
}

TEST_CASE("one more miner or group, or another option of one group, changes no other miner") {
  const WorldKey key{.seed = 6};
  const FleetConfig config = two_groups();
  const Population before = draw_population(config, key);

  FleetConfig changed = config;
  changed.groups[0].count = 301;
  Population after = draw_population(changed, key);
  CHECK(differences(before, 0, after, 0, 300) == 0);
  CHECK(differences(before, 300, after, 301, 700) == 0);

  changed = config;
  changed.groups.emplace_back();
  CHECK(differences(before, 0, draw_population(changed, key), 0, 1000) == 0);

  changed = config;
  changed.groups[0].size.shape = SizeShape::kPareto;
  after = draw_population(changed, key);
  CHECK(differences(before, 0, after, 0, 300) == 300);
  CHECK(differences(before, 300, after, 300, 700) == 0);
  CHECK(before.latency_s == after.latency_s);  // sizes leave latency alone
}

TEST_CASE("hash rates have the stated mean, in machines or in TH/s") {
  FleetConfig config;
  GroupConfig& group = config.groups[0];
  group.count = 100'000;
  group.size.sigma = 0.5;
  const double relative = 4.0 * std::sqrt(std::expm1(0.25) / static_cast<double>(group.count));
  group.mean_machines = 12.5;
  const double by_machines = draw_population(config, {.seed = 7}).total_hashes_per_s();
  CHECK(std::abs(by_machines / (1e5 * 12.5 * 200e12) - 1.0) < relative);
  group.mean_machines = 1.0;
  group.mean_ths = 2500.0;
  CHECK(draw_population(config, {.seed = 7}).total_hashes_per_s() ==
        doctest::Approx(by_machines).epsilon(1e-12));
}

TEST_CASE("latency has the mean of its region or its own, and a log-normal spread") {
  FleetConfig config;
  config.pool_region = Region::kEurope;
  GroupConfig& group = config.groups[0];
  group.count = 50'000;
  group.region = Region::kJapan;
  Population population = draw_population(config, {.seed = 8});
  CHECK(population.latency_s.front() == doctest::Approx(0.252));
  CHECK(population.latency_s.back() == population.latency_s.front());

  group.latency_ms = 40.0;
  group.latency_sigma = 0.6;
  population = draw_population(config, {.seed = 8});
  Moments moments;
  std::vector<double> logs;
  for (double latency : population.latency_s) {
    moments.add(latency);
    logs.push_back(std::log(latency / 0.040));
  }
  CHECK(std::abs(moments.mean() - 0.040) < 4.0 * 0.040 * std::sqrt(std::expm1(0.36) / 50'000));
  const auto law = [](double x) { return 0.5 * std::erfc(-(x / 0.6 + 0.3) / std::sqrt(2.0)); };
  CHECK(ks_test(logs, law).p_value > 1e-4);

  group.region = Region::kNone;
  group.latency_ms = 0.0;
  CHECK(draw_population(config, {.seed = 8}).latency_s.front() == 0.0);
}

TEST_CASE("a heavy tail concentrates a pool as large pools are") {
  // At most 20 of 10,000 hold more than half at sigma 2.88 in the limit; a draw scatters.
  FleetConfig config;
  config.groups[0].count = 10'000;
  config.groups[0].size.sigma = 2.88;
  Moments owners;
  for (std::uint32_t world = 0; world < 20; ++world) {
    const Population population = draw_population(config, {.seed = 9, .world = world});
    owners.add(static_cast<double>(nakamoto_number(population.hashes_per_s)));
  }
  CHECK(owners.mean() > 10.0);
  CHECK(owners.mean() < 40.0);
}

}  // namespace aicmp
