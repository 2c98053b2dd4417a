#include "sim/validation/case.hpp"

namespace aicmp {

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const auto theme : {network_cases, share_cases, market_cases, scheme_cases, hop_cases,
                           ruin_cases, eta_cases, vardiff_cases}) {
    for (Case& c : theme()) all.push_back(std::move(c));
  }
  return all;
}

const std::vector<MissingCase>& missing_cases() {
  static const std::vector<MissingCase> missing = {
      {"2 (achieved difficulty)", "shares have no hash values"},
      {"7 (real retargets)", "needs files; see scenarios/replay_2021_2025.toml"},
      {"15, C21, C22", "block withholding"},
      {"C27", "faults of single machines"},
      {"C35", "an average read at shares, as inside ckpool's rule alone"},
      {"23 (bootstrap)", "needs a file of prices"},
      {"C12", "orphans of a PPS operator"},
      {"C20", "utility of pay"},
      {"C16", "withholding at a PPS pool"},
      {"C18, C19", "miners and pools that respond to each other"},
      {"C25", "forecasts of the next difficulty"},
  };
  return missing;
}

}  // namespace aicmp
