#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "cli/compare_variants.hpp"
#include "cli/policy_choice.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

constexpr char kRule[] = "rule";
constexpr std::string_view kSplit = "split:";

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

void behave(GroupConfig& group, std::string_view name) {
  group.behaviour = Behaviour::kHonest;
  group.identities = 1;
  if (name == "honest") return;
  if (name == "hop") {
    group.behaviour = Behaviour::kHop;
  } else if (name == "withhold") {
    group.behaviour = Behaviour::kWithhold;
  } else if (name == "choose") {
    group.behaviour = Behaviour::kChoose;
  } else {
    const std::string_view number =
        name.starts_with(kSplit) ? name.substr(kSplit.size()) : std::string_view();
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), group.identities);
    if (error == std::errc() && end == number.data() + number.size() && group.identities >= 2 &&
        group.identities <= 1'000'000) {
      return;
    }
    throw ConfigError({}, "--behaviours", std::string(name),
                      "honest, hop, withhold, choose, split:K with K from 2 to 1000000");
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
    variants.push_back({behaviour, scenario});
    behave(variants.back().scenario.fleet.groups.front(), behaviour);
    check_world(variants.back().scenario);
  }
  return variants;
}

}  // namespace aicmp
