#include "sim/calibration/record.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "sim/base/csv.hpp"
#include "sim/base/error.hpp"
#include "sim/base/samples.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t kLastSecond = 100'000'000'000;  // the year 5138; beyond are milliseconds

std::string_view time_column(const CsvFile& file) {
  for (std::string_view name : {"time", "time_utc", "time_local", "date"}) {
    if (file.has_column(name)) return name;
  }
  throw ConfigError({file.path(), 1}, "", "there is no time column",
                    "time, time_utc, time_local, date");
}

const char* zone_text(Stamp::Zone zone) {
  switch (zone) {
    case Stamp::Zone::kUnix:
      return "Unix seconds";
    case Stamp::Zone::kNone:
      return "no zone";
    case Stamp::Zone::kUtc:
      return "UTC";
    case Stamp::Zone::kOffset:
      break;
  }
  return "an offset from UTC";
}

/// Offset in seconds that the end of a time names, if it names one: `Z`, `UTC`, `+HH:MM`.
std::optional<std::int64_t> zone_offset(std::string_view zone) {
  if (zone == "Z" || zone == " UTC" || zone == "UTC") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') {
    return std::nullopt;
  }
  int hours = 0;
  int minutes = 0;
  const auto read = [](std::string_view digits, int& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  if (!read(zone.substr(1, 2), hours) || !read(zone.substr(4, 2), minutes)) return std::nullopt;
  const std::int64_t size = hours * 3600 + minutes * 60;
  return zone[0] == '-' ? -size : size;
}

class Reader {
 public:
  Reader(const std::string& path, const RecordSpec& spec, std::int64_t now_unix_s)
      : file_(path), spec_(spec), now_unix_s_(now_unix_s), time_(time_column(file_)) {
    record_.path = path;
    record_.columns.resize(spec.columns.size());
  }

  Record read(std::int64_t since_unix_s) {
    read_times();
    while (first_ < times_.size() && times_[first_] < since_unix_s) ++first_;
    record_.unix_s.assign(times_.begin() + static_cast<std::ptrdiff_t>(first_), times_.end());
    if (record_.rows() < spec_.least_rows) {
      throw ConfigError({file_.path(), 0}, "",
                        fmt::format("{} rows are too few to fit a {}", record_.rows(), spec_.kind),
                        fmt::format(">= {} rows", spec_.least_rows));
    }
    for (std::size_t i = 0; i < spec_.columns.size(); ++i) read_column(i);
    note_gaps();
    return std::move(record_);
  }

 private:
  void read_times() {
    const std::size_t column = file_.column(time_);
    const std::int64_t shift_s =
        time_ == "time_local" ? -std::llround(spec_.utc_offset_hours * 3600.0) : 0;
    Stamp::Zone zone = Stamp::Zone::kNone;
    for (std::size_t row = 0; row < file_.rows(); ++row) {
      const auto fault = [&](const std::string& why, const std::string& allowed = "") {
        return ConfigError(file_.where(row), std::string(time_), why, allowed);
      };
      const std::string_view cell = file_.text(row, column);
      const std::optional<Stamp> stamp = parse_stamp(cell);
      if (!stamp) {
        throw fault(fmt::format("'{}' is no time", cell),
                    "Unix seconds, YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, with Z or +HH:MM");
      }
      if (stamp->unix_s > kLastSecond) {
        throw fault(fmt::format("{} looks like milliseconds", cell), "Unix seconds");
      }
      if (row == 0) zone = stamp->zone;
      if (stamp->zone != zone) {
        throw fault(fmt::format("'{}' has {} where the rows before have {}", cell,
                                zone_text(stamp->zone), zone_text(zone)),
                    "one time zone");
      }
      const std::int64_t time_s = stamp->unix_s + shift_s;
      if (time_s > now_unix_s_) throw fault(fmt::format("'{}' lies in the future", cell));
      if (row > 0 && time_s <= times_.back()) {
        throw fault(
            fmt::format("'{}' {}", cell,
                        time_s == times_.back() ? "is there twice" : "comes before the row above"));
      }
      if (row > 0 && spec_.spacing_s == kSecondsPerDay &&
          (time_s - times_.back()) % kSecondsPerDay != 0) {
        throw fault(fmt::format("'{}' is another hour than that of the row above", cell),
                    "rows a whole number of days apart, in one time zone");
      }
      times_.push_back(time_s);
    }
  }

  void read_column(std::size_t index) {
    const ColumnSpec& spec = spec_.columns[index];
    const ColumnSpec::Header* header = nullptr;
    for (const ColumnSpec::Header& candidate : spec.headers) {
      if (header == nullptr && file_.has_column(candidate.name)) header = &candidate;
    }
    if (header == nullptr) return;
    const std::size_t column = file_.column(header->name);
    std::vector<double>& values = record_.columns[index];
    for (std::size_t row = first_; row < times_.size(); ++row) {
      if (file_.empty(row, column)) {
        values.push_back(kMissing);
        continue;
      }
      const double value = file_.number(row, column) * header->to_unit;
      if (!spec.limits.contains(value)) {
        throw ConfigError(file_.where(row), header->name,
                          fmt::format("{} is out of range", file_.text(row, column)),
                          spec.limits.text());
      }
      values.push_back(value);
    }
    note_holes(header->name, values);
    check_unit(spec, *header, values);
  }

  std::string lines(std::size_t from, std::size_t to) const {
    const int first = file_.where(first_ + from).line;
    const int last = file_.where(first_ + to).line;
    return first == last ? fmt::format("{}:{}", file_.path(), first)
                         : fmt::format("{}:{}-{}", file_.path(), first, last);
  }

  void note_holes(const char* header, std::vector<double>& values) {
    std::size_t present = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (!std::isnan(values[row])) {
        ++present;
        continue;
      }
      const std::size_t from = row;
      while (row + 1 < values.size() && std::isnan(values[row + 1])) ++row;
      record_.notes.push_back(fmt::format("{}: {} is empty, {} to {}: left out", lines(from, row),
                                          header, show_date(record_.unix_s[from]),
                                          show_date(record_.unix_s[row])));
    }
    if (present == 0) values.clear();
  }

  void check_unit(const ColumnSpec& spec, const ColumnSpec::Header& header,
                  const std::vector<double>& values) const {
    std::vector<double> sorted;
    std::size_t line_row = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (std::isnan(values[row]) || record_.unix_s[row] < spec.typical_since_unix_s) continue;
      if (sorted.empty()) line_row = row;
      sorted.push_back(values[row]);
    }
    if (sorted.empty()) return;
    std::sort(sorted.begin(), sorted.end());
    const double median = quantile(sorted, 0.5);
    if (spec.typical.contains(median)) return;
    std::string hint;
    for (const UnitSlip& slip : spec.slips) {
      if (hint.empty() && spec.typical.contains(median * slip.factor)) {
        hint = fmt::format("; it looks like {}", slip.looks_like);
      }
    }
    throw ConfigError(
        file_.where(first_ + line_row), header.name,
        fmt::format("the median, {:.4g} as {}, is not plausible{}", median, spec.name, hint),
        spec.typical.text());
  }

  void note_gaps() {
    for (std::size_t row = 1; row < record_.rows(); ++row) {
      const std::int64_t gap_s = record_.unix_s[row] - record_.unix_s[row - 1];
      if (gap_s <= spec_.largest_gap_s) continue;
      record_.notes.push_back(fmt::format(
          "{}: no row for {:.1f} {} before it, since {}: left out", lines(row, row),
          static_cast<double>(gap_s) / (spec_.spacing_s == kSecondsPerDay ? 86400.0 : 3600.0),
          spec_.spacing_s == kSecondsPerDay ? "days" : "hours",
          show_date(record_.unix_s[row - 1])));
    }
  }

  CsvFile file_;
  const RecordSpec& spec_;
  std::int64_t now_unix_s_;
  std::string_view time_;
  std::vector<std::int64_t> times_;
  std::size_t first_ = 0;  // row of the file that the record begins with
  Record record_;
};

}  // namespace

std::optional<Stamp> parse_stamp(std::string_view text) {
  constexpr std::size_t kClock = 19;
  if (text.size() <= 4 || text[4] != '-') {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
      return std::nullopt;
    }
    return Stamp{value, Stamp::Zone::kUnix};
  }
  const std::optional<std::int64_t> civil = parse_date(text.substr(0, kClock));
  if (!civil) return std::nullopt;
  std::string_view rest = text.size() > kClock ? text.substr(kClock) : std::string_view();
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789"), rest.size()));
  }
  if (rest.empty()) return Stamp{*civil, Stamp::Zone::kNone};
  const std::optional<std::int64_t> offset_s = zone_offset(rest);
  if (!offset_s) return std::nullopt;
  return Stamp{*civil - *offset_s, *offset_s == 0 ? Stamp::Zone::kUtc : Stamp::Zone::kOffset};
}

Record read_record(const std::string& path, const RecordSpec& spec, std::int64_t now_unix_s,
                   std::int64_t since_unix_s) {
  return Reader(path, spec, now_unix_s).read(since_unix_s);
}

std::string show_date(std::int64_t unix_s) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(unix_s)));
}

}  // namespace aicmp
