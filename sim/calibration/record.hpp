#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

/// A value that the record does not have.
inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// A slip in the unit of a column: values times `factor` would be typical.
struct UnitSlip {
  double factor;
  const char* looks_like;
};

/// A column of recorded numbers: the headers it may have, and what its values may be.
struct ColumnSpec {
  struct Header {
    const char* name;
    double to_unit = 1.0;  // what the file's values are multiplied by
  };

  const char* name;  // ours, with its unit
  std::vector<Header> headers;
  Limits limits;   // of every value
  Limits typical;  // of the median since `typical_since_unix_s`
  std::vector<UnitSlip> slips;
  std::int64_t typical_since_unix_s = 0;
};

/// What a kind of file holds.
struct RecordSpec {
  const char* kind;  // "daily history", for messages
  std::vector<ColumnSpec> columns;
  std::int64_t spacing_s;      // rows are about so far apart
  std::int64_t largest_gap_s;  // beyond it, rows are missing
  std::size_t least_rows;
  double utc_offset_hours = 0.0;  // of a column `time_local`
};

/// Recorded numbers that may have holes. Holes are told in `notes` and never filled.
struct Record {
  std::string path;
  std::vector<std::int64_t> unix_s;          // increasing
  std::vector<std::vector<double>> columns;  // as in the spec; NaN where the file has no value
  std::vector<std::string> notes;            // `file:line: what is missing`

  std::size_t rows() const { return unix_s.size(); }
  /// True if the file has the column, be it with holes.
  bool has(std::size_t column) const { return !columns[column].empty(); }
};

/// A time as files write it, and by which clock.
struct Stamp {
  enum class Zone { kUnix, kNone, kUtc, kOffset };

  std::int64_t unix_s = 0;
  Zone zone = Zone::kNone;
};

/// Reads Unix seconds, `YYYY-MM-DD`, or `YYYY-MM-DD HH:MM:SS` (also with a T) with a fraction, `Z`,
/// `UTC` or `+HH:MM` after it. What names no zone is taken as UTC. Nothing if it is none of these.
std::optional<Stamp> parse_stamp(std::string_view text);

/// Reads the rows of `path` from `since_unix_s` on. The time column is `time`, `time_utc`,
/// `time_local` or `date`. Throws IoError if there is no such file; ConfigError (file:line) if a
/// time is malformed, in milliseconds, in another zone than the rows before, after `now_unix_s`,
/// or not after the row before; if a value is malformed or out of its limits; if the unit of a
/// column is not plausible, with what it looks like; if there are too few rows.
Record read_record(const std::string& path, const RecordSpec& spec, std::int64_t now_unix_s,
                   std::int64_t since_unix_s = 0);

/// The days of a time, `2021-01-02`.
std::string show_date(std::int64_t unix_s);

}  // namespace aicmp
