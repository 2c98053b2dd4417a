#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/experiment/replicate.hpp"
#include "sim/experiment/sweep.hpp"
#include "sim/experiment/world.hpp"
#include "tests/experiment/small_world.hpp"
#include "tests/experiment/temporary_folder.hpp"

using namespace aicmp;

namespace {

using Texts = std::vector<std::string>;

Summary summary_of(const Scenario& scenario) {
  ReplicationPlan plan;
  plan.replications = 3;
  return Summary(replicate(scenario, plan).measures);
}

}  // namespace

TEST_CASE("axes are ranges or lists") {
  CHECK(parse_axis("a.b=0.5:1:0.1").key == "a.b");
  CHECK(parse_axis("a=0.5:1:0.1").values == Texts{"0.5", "0.6", "0.7", "0.8", "0.9", "1"});
  CHECK(parse_axis("a=100:350:100").values == Texts{"100", "200", "300"});
  CHECK(parse_axis("a=3:1:-1").values == Texts{"3", "2", "1"});
  CHECK(parse_axis("a=2:2:1").values == Texts{"2"});
  CHECK(parse_axis("a=flow, share").values == Texts{"flow", "share"});
  CHECK(parse_axis("a=x:y:z").values == Texts{"x:y:z"});
  for (const char* wrong :
       {"a", "=1", "a=", "a=1,,2", "a=1,1", "a=1:2:0", "a=1:2:-1", "a=0:1:1e-9", "a=1:1:0"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_axis(wrong), ConfigError);
  }
}

TEST_CASE("a grid has every combination, the last axis fastest") {
  const auto points = sweep_points(
      small_world(3, 1.0),
      {parse_axis("pool.schemes[2].eta=0.5,1"), parse_axis("fleet.groups[0].count=2:4:1")});
  REQUIRE(points.size() == 6);
  CHECK(points[1].values == Texts{"0.5", "3"});
  CHECK(points[1].scenario.pool.schemes[2].eta == 0.5);
  CHECK(points[1].scenario.fleet.groups[0].count == 3);
  CHECK(points[5].values == Texts{"1", "4"});
  CHECK(points[5].scenario.pool.schemes[2].eta == 1.0);
}

TEST_CASE("a grid refuses what an option does not take") {
  const Scenario base = small_world(3, 1.0);
  for (const char* wrong : {"pool.schemes[2].eta=0.5,2", "pool.schemes[9].eta=0.5", "run.dayz=1",
                            "fleet.groups[0].count=1.5", "pool.reserve_btc=nan"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(sweep_points(base, {parse_axis(wrong)}), ConfigError);
  }
  const World world(base, {1, 0, 0});
  CHECK_NOTHROW(check_measures(measure(world), {"payout_cv", "ruined"}));
  CHECK_THROWS_AS(check_measures(measure(world), {"payout_vc"}), ConfigError);
  CHECK_THROWS_AS(check_measures(measure(world), {"pool_luck"}), ConfigError);  // of the world
}

TEST_CASE("points meet the same random numbers") {
  Scenario base = small_world(30, 20.0);
  base.pool.schemes = {parse_scheme("eta:0.8"), parse_scheme("pplns:2")};
  Sweep sweep;
  sweep.axes = {parse_axis("pool.schemes[0].eta=0.5:1:0.25")};
  for (const SweepPoint& point : sweep_points(base, sweep.axes)) {
    sweep.points.push_back(point.values);
    sweep.summaries.push_back(summary_of(point.scenario));
  }
  for (const Summary& summary : sweep.summaries) {
    CHECK(summary.values("", "pool_blocks") == sweep.summaries[0].values("", "pool_blocks"));
    CHECK(summary.values("pplns:2", "payout_gini") ==
          sweep.summaries[0].values("pplns:2", "payout_gini"));
  }
  // Eta moves pay from the largest tenth to the smallest.
  const auto fee = [&](std::size_t p, const char* name) {
    return sweep.summaries[p].moments(sweep.summaries[p].schemes()[0], name).mean();
  };
  CHECK(fee(0, "luck_adjusted_fee_decile_10") > fee(1, "luck_adjusted_fee_decile_10"));
  CHECK(fee(1, "luck_adjusted_fee_decile_10") > fee(2, "luck_adjusted_fee_decile_10"));
  CHECK(fee(0, "luck_adjusted_fee_decile_1") < fee(2, "luck_adjusted_fee_decile_1"));

  const std::string text = sweep_text(sweep, {"payout_gini", "luck_adjusted_fee_decile_1"});
  CHECK(text.find("luck_adjusted_\n") != std::string::npos);
  CHECK(text.find("± at most (95 %)") != std::string::npos);

  const TemporaryFolder folder;
  OutputFile file(folder.path("sweep.csv"));
  write_sweep(file, sweep, {"payout_gini"});
  file.close();
  std::istringstream in(folder.read("sweep.csv"));
  std::string line;
  std::vector<std::string> lines;
  while (std::getline(in, line)) lines.push_back(line);
  REQUIRE(lines.size() == 1 + 3 * 2);
  CHECK(lines[0].starts_with("pool.schemes[0].eta,scheme_index,scheme,measure,replications,mean,"));
  CHECK(lines[2].starts_with("0.5,1,pplns:2,payout_gini,3,"));
  CHECK(lines[6].ends_with(",0,0,0"));  // the scheme that the sweep leaves alone
}
