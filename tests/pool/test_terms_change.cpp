#include "sim/pool/terms_change.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "tests/pool/drive.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

const std::vector<std::int32_t> kCounts = {40, 7, 1};
const std::vector<double> kWeights = {1.0, 2.0, 3.0};
constexpr double kSatPerWork = static_cast<double>(kBlockReward) / 1000.0;

std::string fault_of(const TermsChange& change) {
  const std::vector<SchemeConfig> schemes = {parse_scheme("eta:0.8"), parse_scheme("pplns")};
  try {
    check_changes({{0.0, "eta:0.8", Term::kEta, 1.0, ""}, change}, schemes);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a new fee of PPS holds for work from then on") {
  Drive pps("pps:0.02", 3, 1000.0, Fidelity::kFlow);
  pps.counts(kCounts, kWeights);
  const double before = pps.earned(0);
  pps.scheme->set_terms(changed(pps.scheme->terms(), {0.0, "", Term::kFee, 0.1, ""}));
  pps.counts(kCounts, kWeights);
  CHECK(std::abs(before - 0.98 * 40 * kSatPerWork) <= 1.0);
  CHECK(std::abs(pps.earned(0) - before - 0.90 * 40 * kSatPerWork) <= 1.0);
}

TEST_CASE("an ETA scheme whose eta becomes 1 splits as PPLNS, to the satoshi") {
  Drive eta("eta:0.6", 3, 10.0, Fidelity::kFlow);
  Drive pplns("pplns", 3, 10.0, Fidelity::kFlow);
  for (Drive* drive : {&eta, &pplns}) drive->counts(kCounts, kWeights);
  CHECK(eta.block() != pplns.block());
  eta.scheme->set_terms(changed(eta.scheme->terms(), {0.0, "", Term::kEta, 1.0, ""}));
  CHECK(eta.block() == pplns.block());
}

TEST_CASE("ETA-PPS pays out PPS's total under new terms too") {
  Drive eta("eta-pps:0.5", 3, 1000.0, Fidelity::kFlow);
  eta.counts(kCounts, kWeights, Time::hours(1.0));
  eta.scheme->set_terms(changed(eta.scheme->terms(), {0.0, "", Term::kEta, 0.9, ""}));
  const double before = eta.earned(0) + eta.earned(1) + eta.earned(2);
  eta.counts(kCounts, kWeights, Time::hours(2.0));
  // Pay is by the estimate, work by the counts: of one mix they agree but for whole satoshis.
  const double paid = eta.earned(0) + eta.earned(1) + eta.earned(2) - before;
  CHECK(std::abs(paid - 57.0 * kSatPerWork) <= 3.0);
}

TEST_CASE("changes hold in the order of their announcement, once notice was given") {
  ChangeSchedule schedule({{20.0, "b", Term::kFee, 0.2, ""},
                           {10.0, "a", Term::kFee, 0.1, ""},
                           {20.0, "c", Term::kEta, 0.3, ""}},
                          14.0);
  CHECK(schedule.take_due(Time::days(23.9)).empty());
  const std::vector<TermsChange> first = schedule.take_due(Time::days(24.0));
  REQUIRE(first.size() == 1);
  CHECK(first[0].scheme == "a");
  const std::vector<TermsChange> rest = schedule.take_due(Time::days(50.0));
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].scheme == "b");
  CHECK(rest[1].scheme == "c");
  CHECK(schedule.take_due(Time::days(999.0)).empty());
}

TEST_CASE("changes of what is not there are refused") {
  CHECK(fault_of({0.0, "pplns", Term::kFee, 0.5, ""}).empty());
  CHECK(fault_of({0.0, "pps", Term::kFee, 0.5, ""}) ==
        "pool.changes[1].scheme: there is no scheme 'pps' (allowed: eta:0.8, pplns)");
  CHECK(fault_of({0.0, "pplns", Term::kEta, 0.5, ""}) ==
        "pool.changes[1].term: 'pplns' has no eta (allowed: fee)");
  CHECK(fault_of({0.0, "pplns", Term::kFee, 1.0, ""}) ==
        "pool.changes[1].value: a fee of the whole reward (allowed: [0, 1))");
}
