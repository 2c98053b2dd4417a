#include "tests/envs/cases.hpp"

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"

namespace aicmp {

std::vector<ProblemCase> problem_cases() {
  std::vector<ProblemCase> cases;
  for (const std::string& id : environment_ids()) cases.push_back({id, {}});
  cases.push_back({"AICMP/ShareDifficulty-v0", {"actions=rate", "hash_parts=[0.5, 1.0]"}});
  cases.push_back({"AICMP/ShareDifficulty-v0", {"step_s=5", "dwell_s=60"}});
  cases.push_back({"AICMP/ShareDifficulty-v0", {"costs_in=percent", "hash_min_ths=1"}});
  cases.push_back(
      {"AICMP/ShareDifficulty-v0", {"rtt_min_ms=20", "rtt_max_ms=1000", "judge_by=connection"}});
  cases.push_back({"AICMP/Curtailment-v0", {"actions=fraction"}});
  cases.push_back({"AICMP/Curtailment-v0",
                   {"response.bid_part=0.5", "response.notice_minutes=180",
                    "mode_power=[0.6, 1.0, 1.25]", "mode_hash=[0.7, 1.0, 1.12]"}});
  cases.push_back({"AICMP/Curtailment-v0",
                   {"heat.cooling=immersion", "heat.ambient_mean_c=35", "revenue_volatility=0.9",
                    "mode_power=[0.6, 1.0, 1.25]", "mode_hash=[0.7, 1.0, 1.12]"}});
  cases.push_back({"AICMP/PoolTerms-v0",
                   {"group_hash=[1, 2, 5]", "group_miners=[100, 10, 1]",
                    "group_identities=[1, 1, 8]", "sensitivity=[60, 300]"}});
  return cases;
}

void draw_actions(const Environment& env, Memory& memory, std::size_t step) {
  const ActionSpec& action = env.spec().action;
  const std::size_t sets = action.sets.size();
  const std::size_t width = action.choices();
  for (std::size_t i = 0; i < env.size(); ++i) {
    Rng rng({7, 0, 0}, StreamId::kTest, static_cast<std::uint32_t>(i),
            static_cast<std::uint32_t>(step));
    const std::int8_t* mask = memory.mask.data() + i * width;
    for (std::size_t set = 0; set < sets; ++set) {
      const std::size_t count = action.sets[set].choices.size();
      std::vector<std::int64_t> possible;
      for (std::size_t c = 0; c < count; ++c) {
        if (!action.masked || mask[c] != 0) possible.push_back(static_cast<std::int64_t>(c));
      }
      REQUIRE_FALSE(possible.empty());
      memory.choices[i * sets + set] =
          possible[static_cast<std::size_t>(uniform(rng) * static_cast<double>(possible.size()))];
      mask += count;
    }
    for (std::size_t k = 0; k < action.numbers.size(); ++k) {
      const Field& number = action.numbers[k];
      memory.numbers[i * action.numbers.size() + k] =
          static_cast<float>(number.low + (number.high - number.low) * uniform(rng));
    }
  }
}

}  // namespace aicmp
