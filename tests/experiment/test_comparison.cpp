#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/experiment/frontier.hpp"
#include "sim/experiment/precision.hpp"
#include "sim/experiment/replicate.hpp"
#include "tests/experiment/small_world.hpp"

using namespace aicmp;

namespace {

const double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Two schemes, what they pay in each replication.
Summary paid(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<std::vector<Measure>> runs;
  for (std::size_t i = 0; i < a.size(); ++i) {
    runs.push_back({{"a", "pay_per_expected_value", a[i]}, {"b", "pay_per_expected_value", b[i]}});
  }
  return Summary(std::move(runs));
}

/// `n` draws around 1, and the same plus `shift` and a tenth of their spread.
Summary noisy(std::size_t n, double shift, std::uint32_t world = 0) {
  Rng rng({1, world, 0}, StreamId::kTest);
  std::vector<double> a;
  std::vector<double> b;
  for (std::size_t i = 0; i < n; ++i) {
    a.push_back(1.0 + 0.2 * normal(rng));
    b.push_back(a.back() + shift + 0.02 * normal(rng));
  }
  return paid(a, b);
}

Summary points_summary(const std::vector<double>& cvs) {
  std::vector<std::vector<Measure>> runs(2);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    runs[r].push_back({"", "pool_expected_blocks", 14.4});
    runs[r].push_back({"", "days", 1.0});
    for (std::size_t i = 0; i < cvs.size(); ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      runs[r].push_back({name, "payout_cv", cvs[i]});
      runs[r].push_back({name, "operator_gain_btc", static_cast<double>(r)});
      runs[r].push_back({name, "ruined", 0.0});
      runs[r].push_back({name, "ruin_chance", i == 2 ? 1.2e-4 : 0.0});
      runs[r].push_back({name, "reserve_for_1_percent_btc", kUnknown});
    }
  }
  return Summary(std::move(runs));
}

}  // namespace

TEST_CASE("differences are paired") {
  const std::vector<double> a = {1.0, kUnknown, 2.0, 6.0};
  const std::vector<double> b = {2.1, 7.0, 3.2, 7.6};
  const Paired d = compare(pair_up(a, b));
  CHECK(d.baseline == doctest::Approx(3.0));
  // Differences 1.1, 1.2, 1.6: mean 1.3, sd .264575; t(.975, 2) = 4.302653.
  CHECK(d.t.estimate == doctest::Approx(1.3));
  CHECK(d.t.high - 1.3 == doctest::Approx(4.302653 * 0.264575 / std::sqrt(3.0)));
  // t = 1.3 / (.264575 / sqrt(3)) = 8.5105; with 2 degrees P(|T| > t) = 1 - t / sqrt(t^2 + 2).
  CHECK(d.p_value ==
        doctest::Approx(1.0 - 8.5105 / std::sqrt(8.5105 * 8.5105 + 2.0)).epsilon(1e-3));
  CHECK(d.bca.low >= 1.1);
  CHECK(d.bca.high <= 1.6);
}

TEST_CASE("pairs without spread or without number") {
  const std::vector<double> same = {1.0, 2.0, 3.0};
  const std::vector<double> more = {2.0, 3.0, 4.0};
  CHECK(compare(pair_up(same, same)).p_value == 1.0);
  CHECK(compare(pair_up(same, more)).p_value == 0.0);
  const std::vector<double> none = {kUnknown, kUnknown, 1.0};
  CHECK(std::isnan(compare(pair_up(same, none)).p_value));
}

TEST_CASE("significance is Holm's over what is shown") {
  std::vector<std::vector<Measure>> runs;
  Rng rng({1, 0, 0}, StreamId::kTest);
  for (int i = 0; i < 40; ++i) {
    const double x = normal(rng);
    const double y = normal(rng);
    const double z = normal(rng);
    runs.push_back({{"a", "payout_cv", 0.0},
                    {"a", "payout_gini", 0.0},
                    {"a", "credited_btc", 0.0},
                    {"b", "payout_cv", x + 1.0},
                    {"b", "payout_gini", y + 0.2},
                    {"b", "credited_btc", z + 1.0}});
  }
  const auto differences = compare_to_first(Summary(std::move(runs)));
  REQUIRE(differences.size() == 3);
  const SchemeDifference& cv = differences[0];
  const SchemeDifference& gini = differences[1];
  CHECK(cv.holm_p == doctest::Approx(2.0 * cv.paired.p_value));
  CHECK(gini.holm_p == doctest::Approx(gini.paired.p_value));
  CHECK(cv.significant());
  CHECK(std::isnan(differences[2].holm_p));  // not among the measures of the text
  CHECK_FALSE(differences[2].significant());
}

TEST_CASE("false stars are as rare as promised") {
  int starred = 0;
  constexpr int kStudies = 400;
  for (std::uint32_t study = 0; study < kStudies; ++study) {
    starred += compare_to_first(noisy(30, 0.0, study)).front().significant() ? 1 : 0;
  }
  // Binomial(400, .05): mean 20, standard deviation 4.36.
  CHECK(std::abs(starred - 20) < 4.0 * 4.36);
}

TEST_CASE("precision counts the pairs that are missing") {
  const Summary summary = noisy(30, 0.1);
  const double now = precision_of(summary);
  // Standard deviation .02 in 30 pairs: about 2.045 * .02 / sqrt(30) = .0075.
  CHECK(now == doctest::Approx(0.0075).epsilon(0.4));
  CHECK(replications_to_add(summary, {1.01 * now, 1000}) == 0);
  CHECK(replications_to_add(summary, {now / 1.01, 1000}) == 10);
  CHECK(replications_to_add(summary, {now / 10, 1000}) == 30);
  CHECK(replications_to_add(summary, {now / 10, 40}) == 10);
  CHECK(replications_to_add(summary, {now / 10, 30}) == 0);
  CHECK(precision_text(summary, {now / 10, 30}).find("NOT reached") != std::string::npos);
  CHECK(precision_text(summary, {2 * now, 30}).find("as asked for") != std::string::npos);
  CHECK(std::isinf(precision_of(paid({1.0}, {2.0}))));
}

TEST_CASE("a precision is a part or per cent") {
  CHECK(parse_precision("0.5%") == doctest::Approx(0.005));
  CHECK(parse_precision("0.02") == 0.02);
  for (const char* wrong : {"", "%", "0", "-1%", "101%", "nan", "1 %", "0.1x"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_precision(wrong), ConfigError);
  }
}

TEST_CASE("replications in batches are those of one long study") {
  const Scenario scenario = small_world(5, 1.0);
  ReplicationPlan all;
  all.replications = 4;
  all.threads = 2;
  ReplicationPlan begin;
  begin.replications = 1;
  ReplicationPlan rest;
  rest.first = 1;
  rest.replications = 3;
  const auto whole = replicate(scenario, all).measures;
  auto parts = replicate(scenario, begin).measures;
  for (const auto& measures : replicate(scenario, rest).measures) parts.push_back(measures);
  REQUIRE(parts.size() == whole.size());
  for (std::size_t r = 0; r < whole.size(); ++r) {
    for (std::size_t m = 0; m < whole[r].size(); ++m) {
      const double value = whole[r][m].value;
      CHECK((parts[r][m].value == value || (std::isnan(value) && std::isnan(parts[r][m].value))));
    }
  }
}

TEST_CASE("the frontier drops what another scheme beats everywhere") {
  std::vector<SchemeConfig> schemes = {parse_scheme("pplns"), parse_scheme("prop"),
                                       parse_scheme("pps"), parse_scheme("weight:w^0.9")};
  const auto points = frontier(points_summary({0.2, 0.3, 0.1, 0.4}), schemes);
  REQUIRE(points.size() == 4);
  CHECK(points[0].operator_sd_btc == doctest::Approx(std::sqrt(0.5)));
  CHECK(points[0].dominated);        // by pps, in the variation
  CHECK(points[1].dominated);        // by all others that are known
  CHECK_FALSE(points[2].dominated);  // best in everything
  CHECK_FALSE(points[3].dominated);  // worst variation, but nobody knows its exposure
  CHECK(frontier_text(points).find("+ c ") != std::string::npos);
  CHECK(frontier_text(points).find("  c                          0.012 %\n") != std::string::npos);
}

TEST_CASE("the frontier says what hopping and posing as ten gain") {
  const std::vector<SchemeConfig> schemes = {parse_scheme("prop"), parse_scheme("score:6000"),
                                             parse_scheme("eta-r:0.7"), parse_scheme("fpps"),
                                             parse_scheme("eta:0.9")};
  const auto points = frontier(points_summary({0.1, 0.1, 0.1, 0.1, 0.1}), schemes);
  // economics.md 2.3 and 2.4; a block in 6000 s makes kappa 1.
  CHECK(points[0].hopping_gain == doctest::Approx(0.28149).epsilon(1e-4));
  CHECK(points[1].hopping_gain == doctest::Approx(0.216).epsilon(0.003));
  CHECK(points[2].hopping_gain == doctest::Approx(0.353608).epsilon(1e-5));
  CHECK(points[2].splitting_gain == doctest::Approx(std::pow(10.0, 0.3) - 1.0));
  CHECK(std::isnan(points[3].hopping_gain));
  CHECK(points[3].splitting_gain == 0.0);
  CHECK(points[4].splitting_gain == doctest::Approx(0.258925).epsilon(1e-5));
  CHECK(frontier_text(points).find("28.1 %") != std::string::npos);
}

TEST_CASE("equals do not dominate each other") {
  const std::vector<SchemeConfig> schemes = {parse_scheme("pplns"), parse_scheme("tides")};
  for (const FrontierPoint& p : frontier(points_summary({kUnknown, kUnknown}), schemes)) {
    CHECK_FALSE(p.dominated);
  }
}

TEST_CASE("only schemes that pay by anything but work invite splitting") {
  for (const char* spec : {"pps", "fpps", "pps+", "pplns", "tides", "prop", "solo", "score", "geo",
                           "dgm", "eta:1", "eta-r:1", "eta-t:1", "eta-pps:1"}) {
    CAPTURE(spec);
    CHECK(exploitability(parse_scheme(spec)).splitting == Exposure::kNo);
  }
  for (const char* spec : {"eta:0.9", "eta-r:0.9", "eta-t:0.9", "eta-pps:0.9"}) {
    CAPTURE(spec);
    CHECK(exploitability(parse_scheme(spec)).splitting == Exposure::kYes);
  }
  CHECK(exploitability(parse_scheme("prop")).hopping == Exposure::kYes);
  CHECK(exploitability(parse_scheme("pplns")).hopping == Exposure::kNo);
}

TEST_CASE("what is open to abuse is said in words, and nothing about what is not") {
  const std::vector<SchemeConfig> open = {parse_scheme("eta:0.8"), parse_scheme("prop"),
                                          parse_scheme("pplns")};
  const std::string notes = exposure_notes(open);
  CHECK(notes.find("1.58 times as much under eta:0.8\n") != std::string::npos);
  CHECK(notes.find("\n  prop\n") != std::string::npos);
  CHECK(notes.find("pplns") == std::string::npos);
  CHECK(exposure_notes(std::span(open).subspan(2)).empty());
}
