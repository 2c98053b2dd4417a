#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/experiment/summary.hpp"

namespace aicmp {

/// How exactly schemes are to be compared.
struct PrecisionGoal {
  double part = 0.005;       // half-width over the baseline's mean, see precision_of
  std::int64_t most = 2000;  // replications
};

/// Reads `0.5%` or `0.005`; ConfigError unless it is above 0 and at most 1.
double parse_precision(std::string_view text);

/// The least exact comparison: half the width of the 95 % t interval of the paired difference in
/// pay_per_expected_value between a scheme and the first one, over the mean of the first one; the
/// largest of all schemes. 0 of one scheme, infinite below two replications.
double precision_of(const Summary& summary);

/// How many replications to add before looking again: 0 once the goal is met or its bound is
/// reached. Else what the present spread says is missing, at least 10 and at most as many as there
/// are; so it depends on results alone, never on threads.
std::int64_t replications_to_add(const Summary& summary, const PrecisionGoal& goal);

/// One or two sentences on whether the goal was met.
std::string precision_text(const Summary& summary, const PrecisionGoal& goal);

}  // namespace aicmp
