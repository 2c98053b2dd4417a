#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/market/history.hpp"
#include "tests/chain/files.hpp"

using namespace aicmp;

namespace {

std::string failure(const std::string& content, HistoryQuery query) {
  const TemporaryFile file(content);
  query.path = file.path();
  std::string message = message_of<ConfigError>([&] { read_history(query); });
  // Keep what follows the folder, which is not ours.
  return message.substr(std::min(message.size(), file.path().size()));
}

}  // namespace

TEST_CASE("time columns: Unix seconds, dates and local times") {
  const TemporaryFile unix_file("time,x\n100,1\n200,2\n300,3\n");
  const History by_unix = read_history({.path = unix_file.path(), .column = "x"});
  CHECK(by_unix.unix_s == std::vector<std::int64_t>{100, 200, 300});
  CHECK(by_unix.values == std::vector<double>{1.0, 2.0, 3.0});
  CHECK(by_unix.spacing_s == 100);

  const TemporaryFile dates("date,x\n2024-02-28,1\n2024-02-29,2\n2024-03-01,3\n");
  CHECK(read_history({.path = dates.path(), .column = "x"}).unix_s.back() == 1'709'251'200);
  CHECK(read_history({.path = dates.path(), .column = "x", .date_row = DateRow::kClose})
            .unix_s.back() == 1'709'251'200 + 86'400);

  const TemporaryFile local("time_local,x\n2024-06-01 00:00:00,1\n2024-06-01T00:15:00,2\n");
  CHECK(read_history({.path = local.path(), .column = "x", .utc_offset_hours = -6.0})
            .unix_s.front() == 1'717'200'000 + 6 * 3600);
}

TEST_CASE("only the rows that a span touches are read, and must hold numbers") {
  const TemporaryFile file("time,x\n0,\n10,1\n20,2\n30,3\n40,\n");
  const History part = read_history({.path = file.path(), .column = "x", .span = {{15, 30}}});
  CHECK(part.unix_s == std::vector<std::int64_t>{10, 20, 30});
  CHECK(read_history({.path = file.path(), .column = "x", .span = {{10, 10}}}).values ==
        std::vector<double>{1.0});
}

TEST_CASE("bad histories are one line that names the row") {
  const HistoryQuery x{.column = "x"};
  CHECK(failure("time,x\n0,1\n10,2\n10,3\n20,4\n", x) ==
        ":4: time 1970-01-01 00:00:10 does not come after that of the row before, "
        "1970-01-01 00:00:10");
  CHECK(failure("time,x\n0,1\n20,2\n10,3\n", x).starts_with(":4: time "));
  CHECK(failure("time,x\n0,1\n10,2\n20,3\n# note\n60,4\n70,4\n", x) ==
        ":6: gap: no row between 1970-01-01 00:00:20 and 1970-01-01 00:01:00, rows are otherwise "
        "10 s apart");
  CHECK(failure("time,x\n0,1\n10,\n20,3\n", x) == ":3: x: value is missing");
  CHECK(failure("time,x\n0,1\n10,nan\n20,3\n", x) == ":3: x: 'nan' is not a finite number");
  CHECK(failure("date,x\n2023-02-28,1\n2023-02-29,2\n", x) ==
        ":3: date: '2023-02-29' is no date (allowed: YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, Unix "
        "seconds)");
  CHECK(failure("time,x\n0,1\n10,-2\n", {.column = "x", .limits = Limits::positive()}) ==
        ":3: x: -2 is out of range (allowed: > 0)");
  CHECK(failure("hour,x\n0,1\n10,2\n", x) ==
        ":1: there is no time column (allowed: time, time_utc, time_local, date)");
  CHECK(failure("time,y\n0,1\n10,2\n", x).starts_with(":1: x: column is missing"));
  CHECK(failure("time,x\n0,1\n", x) == ": two rows or more are needed");
  CHECK(failure("time,x\n0,1\n10,2\n", {.column = "x", .span = {{5, 21}}}) ==
        ": x: history covers 1970-01-01 00:00:00 to 1970-01-01 00:00:20 UTC, the run needs "
        "1970-01-01 00:00:05 to 1970-01-01 00:00:21");
  CHECK(failure("time,x\n10,1\n20,2\n", {.column = "x", .span = {{5, 21}}}) != "");
  CHECK_THROWS_AS(read_history({.path = "/nowhere.csv", .column = "x"}), IoError);
}
