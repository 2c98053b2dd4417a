#include <cmath>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/calibration/calibrate.hpp"
#include "sim/calibration/record.hpp"
#include "sim/calibration/specs.hpp"
#include "tests/message_of.hpp"
#include "tests/temporary_file.hpp"

using namespace aicmp;

namespace {

constexpr std::int64_t kNow = 1'750'000'000;

/// Days of 2021 from 1 January on, one cell for each after the date.
std::string days(int count, const std::string& header, const std::string& cells,
                 const std::string& clock = "") {
  std::string text = header + "\n";
  for (int day = 0; day < count; ++day) {
    text += fmt::format("{}{},{}\n", show_date(1'609'459'200 + std::int64_t{86400} * day), clock,
                        cells);
  }
  return text;
}

std::string daily_error(const std::string& text) {
  const TemporaryFile file(text);
  const std::string error =
      message_of<ConfigError>([&] { read_record(file.path(), daily_spec(), kNow); });
  return error.empty() ? error : error.substr(file.path().size());
}

bool says(const std::string& error, const std::string& part) {
  CAPTURE(error);
  return error.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("times are read as files write them") {
  const auto unix_s = [](const char* text) { return parse_stamp(text)->unix_s; };
  CHECK(unix_s("1609459200") == 1'609'459'200);
  CHECK(unix_s("2021-01-01") == 1'609'459'200);
  CHECK(unix_s("2021-01-01T00:00:00.000000000Z") == 1'609'459'200);
  CHECK(unix_s("2021-01-01 02:00:00+02:00") == 1'609'459'200);
  CHECK(parse_stamp("2021-01-01 02:00:00+02:00")->zone == Stamp::Zone::kOffset);
  CHECK_FALSE(parse_stamp("2021-13-01"));
  CHECK_FALSE(parse_stamp("2021-01-01 00:00:00 CET"));
  CHECK_FALSE(parse_stamp(""));
}

TEST_CASE("Coin Metrics' columns and ours hold the same numbers") {
  const TemporaryFile theirs(days(300, "time,BlkCnt,HashRate,PriceUSD", "144,150000000,30000"));
  const TemporaryFile ours(days(300, "date,block_count,hashrate_ehs,price_usd", "144,150,30000"));
  const Record a = read_record(theirs.path(), daily_spec(), kNow);
  const Record b = read_record(ours.path(), daily_spec(), kNow);
  CHECK(a.unix_s == b.unix_s);
  CHECK(a.columns[kHashRateEhs].back() == doctest::Approx(150.0));
  for (const std::size_t column : {kPriceUsd, kBlockCount, kHashRateEhs}) {
    CHECK(a.columns[column].back() == doctest::Approx(b.columns[column].back()));
  }
}

TEST_CASE("rows that cannot be are refused by line") {
  const std::string good = days(300, "date,price_usd", "30000");
  CHECK(daily_error(good).empty());
  CHECK(says(daily_error(good + "2021-10-27,30000\n"), ":302: date: '2021-10-27' is there twice"));
  CHECK(says(daily_error(good + "2021-01-05,30000\n"), ":302: date: '2021-01-05' comes before"));
  CHECK(
      says(daily_error(good + "2031-01-05,30000\n"), ":302: date: '2031-01-05' lies in the futu"));
  CHECK(says(daily_error(good + "2021-10-28,-1\n"), ":302: price_usd: -1 is out of range"));
  CHECK(says(daily_error(good + "yesterday,30000\n"), ":302: date: 'yesterday' is no time"));
  CHECK(says(daily_error(good + "1635379200000,30000\n"), "looks like milliseconds"));
  CHECK(says(daily_error(good + "2021-10-28T00:00:00Z,30000\n"), "has UTC where"));
  CHECK(says(daily_error(good + "2021-10-28 05:00:00,30000\n"), "another hour"));
  CHECK(says(daily_error(days(50, "date,price_usd", "30000")), "50 rows are too few"));
  CHECK(says(daily_error(days(300, "day,price_usd", "30000")), "no time column"));
}

TEST_CASE("units that are not plausible are named") {
  CHECK(
      says(daily_error(days(300, "time,HashRate", "150")), "it looks like EH/s in place of TH/s"));
  CHECK(says(daily_error(days(300, "date,fees_btc", "8000000000")), "it looks like satoshi"));
  CHECK(says(daily_error(days(300, "date,price_usd", "30")), "it looks like thousands of USD"));
  const TemporaryFile file(
      days(300, "date,hashrate_ehs,block_count,difficulty", "300,144,20.8e12"));
  const std::string error = message_of<ConfigError>([&] {
    CalibrationInput input;
    input.daily = file.path();
    input.now_unix_s = kNow;
    calibrate(input);
  });
  CHECK(says(error, "times what blocks and difficulty imply"));
}

TEST_CASE("holes are told and never filled") {
  std::string text = days(300, "date,price_usd,fees_btc", "30000,20");
  text += "2021-10-28,30000,\n2021-10-29,30000,\n2021-11-05,30000,20\n";
  const TemporaryFile file(text);
  const Record record = read_record(file.path(), daily_spec(), kNow);
  REQUIRE(record.notes.size() == 2);
  CHECK(says(record.notes[0], ":302-303: fees_btc is empty, 2021-10-28 to 2021-10-29: left out"));
  CHECK(says(record.notes[1], ":304: no row for 7.0 days before it"));
  CHECK(record.rows() == 303);
  CHECK(std::isnan(record.columns[kFeesBtc][300]));
}
