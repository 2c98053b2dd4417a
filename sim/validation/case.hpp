#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace aicmp {

/// How much work a validation may do.
enum class EffortLevel { kQuick, kNormal, kFull };

struct Effort {
  EffortLevel level = EffortLevel::kNormal;
  std::uint64_t seed = 1;
  int threads = 1;
  std::string data;  // folder of historic files; empty: cases that need them show nothing

  /// Worlds to run where `normal` are run without --quick or --full: a quarter or tenfold.
  /// At least 32, so that four standard errors of their mean are rarely exceeded.
  std::int64_t worlds(std::int64_t normal) const {
    const double factor = level == EffortLevel::kQuick  ? 0.25
                          : level == EffortLevel::kFull ? 10
                                                        : 1;
    return std::max<std::int64_t>(32, std::llround(factor * static_cast<double>(normal)));
  }
};

/// One number that a correct simulator must reproduce, and what came out.
struct Row {
  std::string id;    // "10.pplns-1"
  std::string what;  // with parameters and units
  double expected = 0.0;
  double seen = 0.0;
  double half_width = 0.0;  // four standard errors of `seen`; 0 if it is not random
  double bias = 0.0;        // how far the model may be from the formula, from its derivation

  /// Never tuned: the Monte-Carlo error or the stated bias, whichever is larger.
  double tolerance() const { return std::max(half_width, bias); }
  /// A value that is not a number fails.
  bool pass() const { return std::abs(seen - expected) <= tolerance(); }
};

/// A group of numbers that come from the same worlds. Their ids begin with that of the case, or
/// with one of `also`: other cases that the same worlds answer.
struct Case {
  std::string id;
  std::string what;
  std::function<std::vector<Row>(const Effort&)> run;
  std::vector<std::string> also = {};

  bool answers(const std::string& wanted) const {
    return id == wanted || std::find(also.begin(), also.end(), wanted) != also.end();
  }
};

// One function per theme, each in a file of its own.
std::vector<Case> network_cases();
std::vector<Case> share_cases();
std::vector<Case> timing_cases();
std::vector<Case> market_cases();
std::vector<Case> scheme_cases();
std::vector<Case> hop_cases();
std::vector<Case> ruin_cases();
std::vector<Case> eta_cases();
std::vector<Case> withholding_cases();
std::vector<Case> choice_cases();
std::vector<Case> vardiff_cases();

/// All of them, in this order. Decision problems are in envs/validation.
std::vector<Case> all_cases();

/// Something that the list of cases asks for and this program cannot show yet.
struct MissingCase {
  std::vector<std::string> ids;  // of cases, "7", or of parts of them, "7 (real retargets)"
  std::string why;
};
std::vector<MissingCase> missing_cases(const Effort& effort);

}  // namespace aicmp
