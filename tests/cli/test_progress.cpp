#include <doctest/doctest.h>

#include "cli/progress.hpp"

using namespace aicmp;

TEST_CASE("progress tells fraction, amount, rate and time left") {
  const ProgressState half{"year", "days", 365.0, 182.5, 10.0};
  CHECK(progress_text(half) == "year  50 %  182/365 days  18.2 days/s  ETA 0:10");
  const ProgressState start{"year", "days", 365.0, 0.0, 0.0};
  CHECK(progress_text(start) == "year   0 %  0/365 days  0 days/s  ETA -:--");
  const ProgressState end{"shares", "shares", 2e9, 2e9, 3725.0};
  CHECK(progress_text(end) == "shares 100 %  2000M/2000M shares  537k shares/s  took 1:02:05");
}

TEST_CASE("the bar fills the room it has and never overflows it") {
  const ProgressState state{"year", "days", 365.0, 182.5, 10.0};
  CHECK(progress_bar(state, 80, false) ==
        "year [###############---------------]  50 %  182/365 days  18.2 days/s  ETA 0:10");
  for (std::size_t columns = 1; columns < 200; ++columns) {
    CHECK(progress_bar(state, columns, false).size() <= columns);
  }
  CHECK(progress_bar(state, 80, false).find('\x1b') == std::string::npos);
  CHECK(progress_bar(state, 80, true).find("\x1b[36m") != std::string::npos);
}
