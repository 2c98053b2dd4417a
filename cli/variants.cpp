#include <fmt/format.h>

#include "cli/compare_variants.hpp"
#include "cli/policy_choice.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

constexpr char kRule[] = "rule";
constexpr char kBehaviours[] =
    "honest, hop, withhold, choose, split:K for K identities, spread:P over P pools, "
    "spread:P:HOURS in turn, difficulty:D of their shares";

void check_count(const char* option, const char* what, std::size_t count, const std::string& note) {
  if (count >= 2) return;
  throw ConfigError({}, option,
                    fmt::format("there is one {}, and nothing to compare it with", what),
                    "two or more, separated by commas" + note);
}

/// Refuses what a world would, before anything is written.
void check_world(const Scenario& scenario) {
  check(scenario);
  const World refused(scenario, {static_cast<std::uint64_t>(scenario.run.seed), 0, 0});
}

std::vector<std::string> split_at_colons(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ':') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

/// What a behaviour sets of the first group, as options; empty if there is none of that name.
std::vector<std::string> settings(const std::string& spec) {
  const std::vector<std::string> words = split_at_colons(spec);
  const std::string& name = words.front();
  if (words.size() == 1 &&
      (name == "honest" || name == "hop" || name == "withhold" || name == "choose")) {
    return {"behaviour=" + name};
  }
  if (words.size() == 2 && name == "split" && words[1] != "1") return {"identities=" + words[1]};
  if (words.size() == 2 && name == "difficulty") return {"share_difficulty=" + words[1]};
  if (name != "spread" || words.size() < 2 || words.size() > 3) return {};
  return {"behaviour=spread", "pools=" + words[1],
          "rotate_hours=" + (words.size() == 3 ? words[2] : "0")};
}

Scenario behaving(const Scenario& scenario, const std::string& spec) {
  std::vector<std::string> overrides = {"behaviour=honest", "identities=1"};
  const std::vector<std::string> set = settings(spec);
  if (set.empty()) throw ConfigError({}, "--behaviours", spec, kBehaviours);
  overrides.insert(overrides.end(), set.begin(), set.end());
  for (std::string& option : overrides) option.insert(0, "fleet.groups[0].");
  try {
    return with_overrides(scenario, overrides);
  } catch (const ConfigError& error) {
    throw ConfigError({}, "--behaviours", fmt::format("{}: {}", spec, error.what()), kBehaviours);
  }
}

}  // namespace

std::vector<Variant> policy_variants(const Scenario& scenario,
                                     const std::vector<std::string>& policies) {
  check_count("--policies", "policy", policies.size(),
              fmt::format("; {} is the scenario's own", kRule));
  std::vector<Variant> variants;
  for (const std::string& policy : policies) {
    variants.push_back({policy, scenario});
    if (policy != kRule) {
      choose_policy(variants.back().scenario, policy, /*fallback=*/false);
    }
    check_world(variants.back().scenario);
  }
  return variants;
}

std::vector<Variant> behaviour_variants(const Scenario& scenario,
                                        const std::vector<std::string>& behaviours) {
  check_count("--behaviours", "behaviour", behaviours.size(), "");
  std::vector<Variant> variants;
  for (const std::string& behaviour : behaviours) {
    variants.push_back({behaviour, behaving(scenario, behaviour)});
    check_world(variants.back().scenario);
  }
  return variants;
}

}  // namespace aicmp
