#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/study.hpp"

namespace aicmp {

/// A scenario under the name that tells it from others of a comparison.
struct Variant {
  std::string name;
  Scenario scenario;
};

/// Runs two variants of `scenario` or more, all on the same random numbers, and compares every
/// measure with the first one's, pair by pair. `what` they are ("policy") is their column of
/// comparison.csv; `shown` are the measures that are printed.
void compare_variants(const StudyOptions& study, const Scenario& scenario, const std::string& what,
                      std::span<const Variant> variants, std::span<const std::string> shown);

/// One variant for each policy, which is the folder of a bundle, or `rule`: the scenario's own.
/// Throws ConfigError for fewer than two, and for a bundle that is refused.
std::vector<Variant> policy_variants(const Scenario& scenario,
                                     const std::vector<std::string>& policies);

/// One variant for each behaviour of the first group of miners: honest, hop, withhold, choose,
/// split:K for K identities, spread:P over P pools, spread:P:HOURS in one after the other,
/// difficulty:D of their shares. Throws ConfigError for fewer than two, for an unknown one, and for
/// one that the scenario rules out.
std::vector<Variant> behaviour_variants(const Scenario& scenario,
                                        const std::vector<std::string>& behaviours);

}  // namespace aicmp
