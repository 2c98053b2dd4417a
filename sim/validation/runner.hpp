#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/validation/case.hpp"

namespace aicmp {

/// A row with the time its case took; 0 but for the first row of each case.
struct TimedRow {
  Row row;
  double seconds = 0.0;
};

/// Cases that answer any of `ids`, in the order of `cases`; all if `ids` is empty. Throws
/// ConfigError for an id that is no case's.
std::vector<Case> select_cases(const std::vector<Case>& cases, const std::vector<std::string>& ids);

/// Runs cases one after another and calls `on_row` after each row.
std::vector<TimedRow> run_cases(const std::vector<Case>& cases, const Effort& effort,
                                const std::function<void(const TimedRow&)>& on_row = {});

bool all_pass(const std::vector<TimedRow>& rows);

/// The table's head, one line of it, and what stands below, each with a line end.
std::string table_head();
std::string table_line(const TimedRow& row);
std::string table_foot(const std::vector<TimedRow>& rows, const Effort& effort);

/// {"cases": [{"id", "case", "expected", "seen", "half_width", "tolerance", "pass", "seconds",
/// "what"}, ...],
///  "missing": [{"ids": [...], "why"}, ...]}; a value that is not a number is null.
std::string to_json(const std::vector<TimedRow>& rows, const Effort& effort);

}  // namespace aicmp
