#include "sim/experiment/sweep.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/experiment/toml_assign.hpp"

namespace aicmp {
namespace {

constexpr double kMostValues = 10'000;
constexpr std::size_t kColumn = 14;  // widest line of a heading

ConfigError axis_error(std::string_view text, const std::string& why) {
  return ConfigError({fmt::format("--over {}", text), 0}, "", why,
                     "key=first:last:step or key=value,value,...");
}

std::optional<double> number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

/// first, last and step of `first:last:step`, if it is one.
std::optional<std::array<double, 3>> range(std::string_view text) {
  std::array<double, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t colon = text.find(':');
    if ((colon == std::string_view::npos) != (i == 2)) return {};
    const std::optional<double> part = number(text.substr(0, colon));
    if (!part) return {};
    parts[i] = *part;
    if (i < 2) text.remove_prefix(colon + 1);
  }
  return parts;
}

std::vector<std::string> range_values(std::string_view text, const std::array<double, 3>& range) {
  const auto [first, last, step] = range;
  const double steps = (last - first) / step;
  if (!(steps >= 0.0)) throw axis_error(text, "the step does not lead from the first to the last");
  if (steps >= kMostValues) throw axis_error(text, fmt::format("over {} values", kMostValues));
  std::vector<std::string> values;
  for (int i = 0; i <= static_cast<int>(steps + 1e-9); ++i) {
    values.push_back(fmt::format("{:.12g}", first + i * step));
  }
  return values;
}

/// "luck_adjusted_fee" as lines of whole words.
std::vector<std::string> heading(std::string_view name) {
  std::vector<std::string> lines = {""};
  while (!name.empty()) {
    const std::string_view word = name.substr(0, name.find('_') + 1);
    const std::string_view next = word.empty() ? name : word;
    if (!lines.back().empty() && lines.back().size() + next.size() > kColumn) lines.emplace_back();
    lines.back() += next;
    name.remove_prefix(next.size());
  }
  return lines;
}

/// Columns of text under headings of several lines; the first `left` columns start on the left.
class Table {
 public:
  Table(const std::vector<std::string>& names, std::size_t left) : left_(left) {
    std::size_t height = 0;
    std::vector<std::vector<std::string>> headings;
    for (const std::string& name : names) {
      headings.push_back(heading(name));
      height = std::max(height, headings.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
      std::vector<std::string> row;
      for (const std::vector<std::string>& lines : headings) {
        const std::size_t skipped = height - lines.size();
        row.push_back(line < skipped ? "" : lines[line - skipped]);
      }
      add(std::move(row));
    }
  }

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string text() const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const std::vector<std::string>& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const std::vector<std::string>& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        line += i < left_ ? fmt::format("{:<{}}  ", row[i], widths[i])
                          : fmt::format("{:>{}}  ", row[i], widths[i]);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  std::size_t left_;
  std::vector<std::vector<std::string>> rows_;
};

double half_width(const Moments& moments) {
  const Interval interval = t_interval(moments);
  return (interval.high - interval.low) / 2.0;
}

}  // namespace

SweepAxis parse_axis(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) throw axis_error(text, "there is no key");
  SweepAxis axis{std::string(text.substr(0, equals)), {}};
  const std::string_view values = text.substr(equals + 1);
  if (const auto numbers = range(values)) {
    axis.values = range_values(text, *numbers);
  } else {
    axis.values = split_specs(values);
  }
  for (std::size_t i = 0; i < axis.values.size(); ++i) {
    const std::string& value = axis.values[i];
    if (value.empty()) throw axis_error(text, "a value is empty");
    const auto here = axis.values.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(axis.values.begin(), here, value) != here) {
      throw axis_error(text, fmt::format("{} is there twice", value));
    }
  }
  return axis;
}

std::vector<SweepPoint> sweep_points(const Scenario& base, const std::vector<SweepAxis>& axes) {
  std::vector<std::vector<std::string>> grid = {{}};
  for (const SweepAxis& axis : axes) {
    std::vector<std::vector<std::string>> finer;
    for (const std::vector<std::string>& values : grid) {
      for (const std::string& value : axis.values) {
        finer.push_back(values);
        finer.back().push_back(value);
      }
    }
    grid = std::move(finer);
  }
  std::vector<SweepPoint> points;
  for (std::vector<std::string>& values : grid) {
    std::vector<std::string> overrides;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      overrides.push_back(axes[i].key + "=" + values[i]);
    }
    Scenario scenario = with_overrides(base, overrides);
    points.push_back({std::move(values), std::move(scenario)});
  }
  return points;
}

void check_measures(const std::vector<Measure>& available, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const Measure& m : available) {
    if (!m.scheme.empty() && m.scheme == available.back().scheme) known.push_back(m.name);
  }
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string guess = nearest(name, known);
    throw ConfigError({"--measures", 0}, "",
                      fmt::format("schemes have no measure '{}'{}", name,
                                  guess.empty() ? "" : ", did you mean '" + guess + "'?"),
                      guess.empty() ? fmt::format("{}", fmt::join(known, ", ")) : "");
  }
}

std::string sweep_text(const Sweep& sweep, const std::vector<std::string>& measures) {
  const std::size_t replications = sweep.summaries.front().replications().size();
  std::vector<std::string> names = {"scheme"};
  for (const SweepAxis& axis : sweep.axes) names.emplace_back(last_part(axis.key));
  names.insert(names.end(), measures.begin(), measures.end());
  Table table(names, 1);
  std::vector<double> widest(measures.size(), 0.0);
  for (std::size_t s = 0; s < sweep.summaries.front().schemes().size(); ++s) {
    for (std::size_t p = 0; p < sweep.summaries.size(); ++p) {
      const Summary& summary = sweep.summaries[p];
      const std::string& scheme = summary.schemes()[s];
      std::vector<std::string> row = {scheme};
      row.insert(row.end(), sweep.points[p].begin(), sweep.points[p].end());
      for (std::size_t m = 0; m < measures.size(); ++m) {
        const Moments& moments = summary.moments(scheme, measures[m]);
        row.push_back(moments.count() > 0 ? fmt::format("{:.5g}", moments.mean()) : "-");
        if (moments.count() > 0) widest[m] = std::max(widest[m], half_width(moments));
      }
      table.add(std::move(row));
    }
  }
  std::string text = fmt::format(
      "Means of {} replication{} on the same random numbers at every "
      "point.\n\n",
      replications, replications == 1 ? "" : "s");
  if (replications > 1) {
    std::vector<std::string> row(1 + sweep.axes.size());
    row.front() = "± at most (95 %)";
    for (const double width : widest) row.push_back(fmt::format("{:.2g}", width));
    table.add(std::move(row));
  }
  return text + table.text();
}

void write_sweep(OutputFile& file, const Sweep& sweep, const std::vector<std::string>& measures) {
  std::vector<std::string> columns;
  for (const SweepAxis& axis : sweep.axes) columns.push_back(axis.key);
  for (const char* name :
       {"scheme_index", "scheme", "measure", "replications", "mean", "low95", "high95",
        "difference_from_first_point", "difference_low95", "difference_high95"}) {
    columns.emplace_back(name);
  }
  CsvWriter table(file, columns);
  const Summary& first = sweep.summaries.front();
  for (std::size_t p = 0; p < sweep.summaries.size(); ++p) {
    const Summary& summary = sweep.summaries[p];
    for (std::size_t s = 0; s < summary.schemes().size(); ++s) {
      const std::string& scheme = summary.schemes()[s];
      for (const std::string& measure : measures) {
        const Moments& moments = summary.moments(scheme, measure);
        const Interval mean = t_interval(moments);
        const Interval difference = t_interval(
            pair_up(first.values(first.schemes()[s], measure), summary.values(scheme, measure))
                .difference);
        for (const std::string& value : sweep.points[p]) table.cell(std::string_view(value));
        table.cell(s);
        table.cell(std::string_view(scheme));
        table.cell(std::string_view(measure));
        table.cell(moments.count());
        for (const Interval& interval : {mean, difference}) {
          table.cell(interval.estimate);
          table.cell(interval.low);
          table.cell(interval.high);
        }
        table.end_row();
      }
    }
  }
}

}  // namespace aicmp
