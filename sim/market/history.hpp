#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

/// Since when the figure in a row stamped `date` holds.
enum class DateRow {
  kClose,  // a closing price: known, and valid, only from the end of its day
  kTotal,  // what the day brought: valid during its day
};

/// What to read from a CSV file of recorded values.
///
/// The time column is the first of these that the file has:
///   `time`, `time_utc`  Unix seconds, or `YYYY-MM-DD HH:MM:SS`, in UTC
///   `time_local`        the same in local standard time (`utc_offset_hours`, no daylight saving)
///   `date`              `YYYY-MM-DD`, UTC; `date_row` says what it means
struct HistoryQuery {
  /// Unix seconds, both ends included.
  struct Span {
    std::int64_t from_unix_s;
    std::int64_t to_unix_s;
  };

  std::string path = {};
  std::string column = {};
  Limits limits = {};  // of the values
  DateRow date_row = DateRow::kTotal;
  double utc_offset_hours = 0.0;
  std::optional<Span> span = {};  // all rows if there is none
};

/// A recorded series: `values[i]` holds from `unix_s[i]` until the next row.
struct History {
  std::vector<std::int64_t> unix_s;
  std::vector<double> values;
  std::int64_t spacing_s = 0;  // median
};

/// Reads the rows that touch the span, or all; they must hold numbers. Throws IoError if there is
/// no such file, ConfigError (file:line) if times do not increase, a gap between rows exceeds twice
/// the median spacing, a value is missing or outside its limits, or the file does not cover the
/// span (its last row holds for one spacing).
History read_history(const HistoryQuery& query);

}  // namespace aicmp
