#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/csv.hpp"

namespace aicmp {

/// A recorded series: the value of row i holds from `unix_s[i]` until the next row.
///
/// The time column is the first of these that the file has:
///   `time`, `time_utc`  Unix seconds, or `YYYY-MM-DD HH:MM:SS` in UTC
///   `time_local`        the same in local standard time (`utc_offset_hours`, no daylight saving)
///   `date`              `YYYY-MM-DD`: a daily figure, known, and valid, only from the end of its
///   day
/// Times must increase, and no spacing may exceed twice the median one; a row that breaks this is
/// a ConfigError that names file:line.
class HistoryTimes {
 public:
  explicit HistoryTimes(const CsvFile& file, double utc_offset_hours = 0.0);

  const std::vector<std::int64_t>& unix_s() const { return unix_s_; }
  /// Median spacing of the rows.
  std::int64_t spacing_s() const { return spacing_s_; }

 private:
  std::vector<std::int64_t> unix_s_;
  std::int64_t spacing_s_ = 0;
};

/// The part of a recorded series that covers a span of time.
struct History {
  std::vector<std::int64_t> unix_s;
  std::vector<double> values;
  std::int64_t spacing_s = 0;
};

/// Reads one column. Only rows that touch [from_unix_s, to_unix_s] are kept and must hold numbers;
/// ConfigError if the file starts later or ends earlier (the last row holds for one spacing).
History read_history(const std::string& path, const std::string& column, std::int64_t from_unix_s,
                     std::int64_t to_unix_s, double utc_offset_hours = 0.0);

/// Reads one column whole; every row must hold a number.
History read_history(const std::string& path, const std::string& column);

}  // namespace aicmp
