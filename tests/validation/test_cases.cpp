#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "envs/validation/decision_cases.hpp"
#include "sim/base/error.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/runner.hpp"
#include "sim/validation/worlds.hpp"

using namespace aicmp;

namespace {

std::vector<TimedRow> run(const std::vector<std::string>& ids, int threads = 1) {
  return run_cases(select_cases(all_cases(), ids),
                   {.level = EffortLevel::kQuick, .threads = threads, .data = {}});
}

}  // namespace

TEST_CASE("cases are chosen by id, unknown ones are refused with those there are") {
  CHECK(select_cases(all_cases(), {}).size() == all_cases().size());
  CHECK(select_cases(all_cases(), {"C05", "6"}).size() == 2);
  CHECK(select_cases(all_cases(), {"C01", "C02"}).size() == 1);  // the same worlds
  CHECK_THROWS_AS(select_cases(all_cases(), {"C99"}), ConfigError);
  std::set<std::string> ids;
  for (const Case& c : all_cases()) ids.insert(c.id);
  CHECK(ids.size() == all_cases().size());
}

TEST_CASE("every published case is covered or said to be missing") {
  std::vector<Case> cases = all_cases();
  for (Case& c : decision_cases()) cases.push_back(std::move(c));
  std::vector<std::string> ids;
  for (int row = 1; row <= 24; ++row) ids.push_back(fmt::format("{}", row));
  for (int row = 1; row <= 35; ++row) ids.push_back(fmt::format("C{:02}", row));
  const auto missing = missing_cases({.data = "somewhere"});
  for (const std::string& id : ids) {
    CAPTURE(id);
    const auto covered =
        std::count_if(cases.begin(), cases.end(), [&](const Case& c) { return c.answers(id); });
    const auto listed = std::count_if(missing.begin(), missing.end(), [&](const MissingCase& m) {
      return std::find(m.ids.begin(), m.ids.end(), id) != m.ids.end();
    });
    CHECK((covered > 0) != (listed > 0));
  }
}

TEST_CASE("a wrong expectation fails, alone and in the whole") {
  const Case wrong{"w", "half of what PPS pays", [](const Effort& effort) {
                     BareScenario bare;
                     bare.fidelity = Fidelity::kFlow;
                     const auto pay =
                         finished_worlds(bare.build(), effort, 32, [](const World& world) {
                           return world.pool().accounts()[0].book.credited().btc();
                         });
                     Moments seen;
                     for (const double p : pay) seen.add(p);
                     const double truth = bare.blocks * kBareSubsidyBtc;
                     const auto row = [&](double expected) {
                       return Row{"w", "", expected, seen.mean(), 4 * seen.standard_error(), 0.0};
                     };
                     return std::vector<Row>{row(truth), row(0.5 * truth)};
                   }};
  const auto rows = run_cases({wrong}, {});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].row.pass());
  CHECK_FALSE(rows[1].row.pass());
  CHECK_FALSE(all_pass(rows));
  CHECK(table_line(rows[1]).find("FAIL") != std::string::npos);
  CHECK(table_foot(rows, {}).find("1 of 2 numbers pass") != std::string::npos);
  const auto json = nlohmann::json::parse(to_json(rows, {}));
  CHECK(json["cases"][0]["pass"] == true);
  CHECK(json["cases"][1]["pass"] == false);
  CHECK(json["cases"][1].size() == 9);
}

TEST_CASE("cheap cases pass, alike for any number of threads") {
  const std::vector<std::string> ids = {"6", "7", "9", "C13"};
  const auto rows = run(ids);
  REQUIRE(rows.size() == 11);
  for (const TimedRow& timed : rows) {
    INFO(table_line(timed));
    CHECK(timed.row.pass());
  }
  const auto again = run(ids, 3);
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i].row.seen == again[i].row.seen);
}
