#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "sim/experiment/deciles.hpp"
#include "sim/experiment/payout_variation.hpp"
#include "sim/experiment/summary.hpp"

using namespace aicmp;

namespace {

const double kNone = std::numeric_limits<double>::quiet_NaN();

Summary three_runs() {
  std::vector<std::vector<Measure>> runs;
  for (const double x : {1.0, 2.0, 6.0}) {
    runs.push_back({{"", "days", 30.0},
                    {"a", "payout_cv", x},
                    {"a", "ruined", kNone},
                    {"b", "payout_cv", x + 1.0 + 0.1 * x},
                    {"b", "ruined", 0.0}});
  }
  return Summary(std::move(runs));
}

}  // namespace

TEST_CASE("measures are merged over the replications that have a value") {
  const Summary summary = three_runs();
  CHECK(summary.schemes() == std::vector<std::string>{"a", "b"});
  CHECK(summary.moments("a", "payout_cv").mean() == doctest::Approx(3.0));
  CHECK(summary.moments("a", "ruined").count() == 0);
  const auto json = nlohmann::json::parse(summary_json("x", summary));
  CHECK(json["replications"] == 3);
  CHECK(json["world"]["days"]["mean"] == 30.0);
  CHECK(json["schemes"]["a"]["ruined"].is_null());
  // t(.975, 2) = 4.302653 and sd = sqrt(7).
  CHECK(json["schemes"]["a"]["payout_cv"]["high95"].get<double>() ==
        doctest::Approx(3.0 + 4.302653 * std::sqrt(7.0 / 3.0)));
}

TEST_CASE("deciles hold a tenth of the hash rate each") {
  std::vector<double> hashes(100, 1.0);
  hashes[37] = 900.0;  // nine tenths in one miner
  const auto decile = hash_deciles(hashes);
  CHECK(decile[0] == 0);
  CHECK(decile[99] == 0);
  CHECK(decile[37] == 5);  // its middle lies at 55 %
  const std::vector<double> equal(1000, 3.0);
  const auto even = hash_deciles(equal);
  const auto sums = sum_by_decile(even, equal);
  for (const double sum : sums) CHECK(sum == doctest::Approx(300.0));
}

TEST_CASE("variation of pay is relative to the expected value of the period") {
  PayoutVariation variation(1);
  const std::vector<Satoshi> first = {Satoshi(100)};
  const std::vector<Satoshi> second = {Satoshi(100 + 600)};
  variation.end_period(first, std::vector<double>{100.0});
  CHECK(std::isnan(variation.cv(0)));
  variation.end_period(second, std::vector<double>{100.0 + 200.0});
  // Relative pay 1 and 3: mean 2, sd sqrt(2).
  CHECK(variation.cv(0) == doctest::Approx(std::sqrt(2.0) / 2.0));
}
