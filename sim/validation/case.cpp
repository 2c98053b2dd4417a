#include "sim/validation/case.hpp"

namespace aicmp {

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const auto theme :
       {network_cases, share_cases, timing_cases, market_cases, scheme_cases, hop_cases, ruin_cases,
        eta_cases, withholding_cases, choice_cases, vardiff_cases}) {
    for (Case& c : theme()) all.push_back(std::move(c));
  }
  return all;
}

std::vector<MissingCase> missing_cases(const Effort& effort) {
  std::vector<MissingCase> missing;
  if (effort.data.empty()) {
    missing.push_back({{"7 (real retargets)", "23 (bootstrap)"}, "need historic files: --data"});
  }
  return missing;
}

}  // namespace aicmp
