#include "sim/base/csv.hpp"
#include "sim/chain/subsidy.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

TEST_CASE("all coins ever: 20,999,999.9769 BTC") {
  // As in Bitcoin Core's validation_tests.cpp: every height stands for the thousand that it opens.
  Satoshi sum;
  for (std::int64_t height = 0; height < 14'000'000; height += 1000) {
    const Satoshi coins = subsidy(height);
    REQUIRE(coins <= Satoshi(50 * kSatoshiPerBtc));
    sum += Satoshi(coins.value() * 1000);
  }
  CHECK(sum == Satoshi(2'099'999'997'690'000));
}

TEST_CASE("the subsidy halves exactly at its heights and ends") {
  CHECK(subsidy(0) == Satoshi(5'000'000'000));
  CHECK(subsidy(839'999) == Satoshi(625'000'000));
  CHECK(subsidy(840'000) == Satoshi(312'500'000));
  CHECK(subsidy(6'929'999) == Satoshi(1));
  CHECK(subsidy(6'930'000) == Satoshi(0));
  CHECK(subsidy(64 * kHalvingInterval) == Satoshi(0));  // a shift by 64 would be undefined
  CHECK(next_halving_height(0) == 210'000);
  CHECK(next_halving_height(839'999) == 840'000);
  CHECK(next_halving_height(840'000) == 1'050'000);
}

TEST_CASE("subsidy table of the data folder") {
  const auto path = test::data_file("subsidy.csv");
  if (!path) return;
  const CsvFile csv(*path);
  std::int64_t cumulative = 0;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::int64_t height = csv.integer(row, csv.column("first_height"));
    CHECK(subsidy(height).value() == csv.integer(row, csv.column("subsidy_sat")));
    CHECK(cumulative == csv.integer(row, csv.column("cumulative_sat_before")));
    cumulative += subsidy(height).value() * kHalvingInterval;
  }
}

}  // namespace
}  // namespace aicmp
