#include "sim/validation/runner.hpp"

#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"

namespace aicmp {

std::vector<Case> select_cases(const std::vector<Case>& cases,
                               const std::vector<std::string>& ids) {
  if (ids.empty()) return cases;
  std::vector<Case> selected;
  for (const Case& c : cases) {
    if (std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return c.answers(id); })) {
      selected.push_back(c);
    }
  }
  std::vector<std::string> known;
  for (const Case& c : cases) {
    known.push_back(c.id);
    known.insert(known.end(), c.also.begin(), c.also.end());
  }
  for (const std::string& id : ids) {
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      throw ConfigError({}, "--case " + id, "there is no such case",
                        fmt::format("{}", fmt::join(known, ", ")));
    }
  }
  return selected;
}

std::vector<TimedRow> run_cases(const std::vector<Case>& cases, const Effort& effort,
                                const std::function<void(const TimedRow&)>& on_row) {
  std::vector<TimedRow> rows;
  for (const Case& c : cases) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<Row> found = c.run(effort);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    bool first = true;
    for (Row& row : found) {
      rows.push_back({std::move(row), first ? seconds.count() : 0.0});
      first = false;
      if (on_row) on_row(rows.back());
    }
  }
  return rows;
}

bool all_pass(const std::vector<TimedRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const TimedRow& r) { return r.row.pass(); });
}

std::string table_head() {
  return fmt::format("{:<16} {:<56} {:>12} {:>12} {:>10} {:<4} {:>6}\n", "case", "what", "expected",
                     "seen", "+-4 se", "", "s");
}

std::string table_line(const TimedRow& timed) {
  const Row& row = timed.row;
  return fmt::format("{:<16} {:<56} {:>12.7g} {:>12.7g} {:>10.2g} {:<4} {:>6}\n", row.id, row.what,
                     row.expected, row.seen, row.half_width, row.pass() ? "pass" : "FAIL",
                     timed.seconds > 0.0 ? fmt::format("{:.1f}", timed.seconds) : "");
}

std::string table_foot(const std::vector<TimedRow>& rows, const Effort& effort) {
  std::size_t failed = 0;
  double seconds = 0.0;
  for (const TimedRow& timed : rows) {
    failed += timed.row.pass() ? 0 : 1;
    seconds += timed.seconds;
  }
  std::string text = fmt::format("\n{} of {} numbers pass; {:.0f} s\n\nNot covered yet:\n",
                                 rows.size() - failed, rows.size(), seconds);
  for (const MissingCase& missing : missing_cases(effort)) {
    text += fmt::format("  {}: {}\n", fmt::join(missing.ids, ", "), missing.why);
  }
  return text;
}

std::string to_json(const std::vector<TimedRow>& rows, const Effort& effort) {
  nlohmann::ordered_json json = {{"cases", nlohmann::ordered_json::array()},
                                 {"missing", nlohmann::ordered_json::array()}};
  for (const TimedRow& timed : rows) {
    const Row& row = timed.row;
    json["cases"].push_back({{"id", row.id},
                             {"case", row.id.substr(0, row.id.find('.'))},
                             {"expected", row.expected},
                             {"seen", row.seen},
                             {"half_width", row.half_width},
                             {"tolerance", row.tolerance()},
                             {"pass", row.pass()},
                             {"seconds", timed.seconds},
                             {"what", row.what}});
  }
  for (const MissingCase& missing : missing_cases(effort)) {
    json["missing"].push_back({{"ids", missing.ids}, {"why", missing.why}});
  }
  return json.dump(2) + "\n";
}

}  // namespace aicmp
