#include "sim/market/history.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "sim/base/csv.hpp"
#include "sim/base/error.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {
namespace {

constexpr double kLargestGap = 2.0;  // in median spacings

std::string show(std::int64_t unix_s) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(unix_s)));
}

std::vector<std::int64_t> read_times(const CsvFile& file, const HistoryQuery& query) {
  std::string_view name;
  for (std::string_view candidate : {"time", "time_utc", "time_local", "date"}) {
    if (name.empty() && file.has_column(candidate)) name = candidate;
  }
  if (name.empty()) {
    throw ConfigError({file.path(), 1}, "", "there is no time column",
                      "time, time_utc, time_local, date");
  }
  const std::size_t column = file.column(name);
  std::int64_t shift_s = 0;
  if (name == "time_local") shift_s = -std::llround(query.utc_offset_hours * 3600.0);
  if (name == "date" && query.date_row == DateRow::kClose) shift_s = kSecondsPerDay;

  std::vector<std::int64_t> times(file.rows());
  for (std::size_t row = 0; row < times.size(); ++row) {
    const std::string_view cell = file.text(row, column);
    const bool is_date = cell.size() > 4 && cell[4] == '-';
    const std::optional<std::int64_t> time =
        is_date ? parse_date(cell) : std::optional(file.integer(row, column));
    if (!time) {
      throw ConfigError(file.where(row), std::string(name), fmt::format("'{}' is no date", cell),
                        "YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, Unix seconds");
    }
    times[row] = *time + shift_s;
  }
  return times;
}

std::int64_t median_spacing(const std::vector<std::int64_t>& times) {
  std::vector<std::int64_t> spacings(times.size() - 1);
  for (std::size_t i = 0; i < spacings.size(); ++i) spacings[i] = times[i + 1] - times[i];
  const auto middle = spacings.begin() + static_cast<std::ptrdiff_t>(spacings.size() / 2);
  std::nth_element(spacings.begin(), middle, spacings.end());
  return *middle;
}

void check_times(const CsvFile& file, const std::vector<std::int64_t>& times,
                 std::int64_t spacing_s) {
  for (std::size_t row = 1; row < times.size(); ++row) {
    const std::int64_t gap_s = times[row] - times[row - 1];
    if (gap_s <= 0) {
      throw ConfigError(file.where(row), "",
                        fmt::format("time {} does not come after that of the row before, {}",
                                    show(times[row]), show(times[row - 1])));
    }
    if (static_cast<double>(gap_s) > kLargestGap * static_cast<double>(spacing_s)) {
      throw ConfigError(file.where(row), "",
                        fmt::format("gap: no row between {} and {}, rows are otherwise {} s apart",
                                    show(times[row - 1]), show(times[row]), spacing_s));
    }
  }
}

}  // namespace

History read_history(const HistoryQuery& query) {
  const CsvFile file(query.path);
  const std::size_t column = file.column(query.column);
  if (file.rows() < 2) throw ConfigError({query.path, 0}, "", "two rows or more are needed");
  const std::vector<std::int64_t> times = read_times(file, query);

  History history;
  history.spacing_s = median_spacing(times);
  check_times(file, times, history.spacing_s);

  std::size_t first = 0;
  std::size_t last = times.size();
  if (query.span) {
    const auto [from, to] = *query.span;
    const std::int64_t end = times.back() + history.spacing_s;
    if (from < times.front() || to > end) {
      throw ConfigError({query.path, 0}, query.column,
                        fmt::format("history covers {} to {} UTC, the run needs {} to {}",
                                    show(times.front()), show(end), show(from), show(to)));
    }
    const auto begin = times.begin();
    first = static_cast<std::size_t>(std::upper_bound(begin, times.end(), from) - begin) - 1;
    last = static_cast<std::size_t>(std::upper_bound(begin, times.end(), to) - begin);
  }
  for (std::size_t row = first; row < last; ++row) {
    if (file.empty(row, column)) {
      throw ConfigError(file.where(row), query.column, "value is missing");
    }
    const double value = file.number(row, column);
    if (!query.limits.contains(value)) {
      throw ConfigError(file.where(row), query.column, fmt::format("{} is out of range", value),
                        query.limits.text());
    }
    history.unix_s.push_back(times[row]);
    history.values.push_back(value);
  }
  return history;
}

}  // namespace aicmp
