#include "envs/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "envs/registry.hpp"
#include "sim/experiment/schema.hpp"

namespace aicmp {

namespace {

std::string score_text(const EnvSpec& spec) {
  switch (spec.score) {
    case Score::kRate:
      return "sum of rewards over sum of dt";
    case Score::kTotal:
      return "sum of the rewards of an episode";
    case Score::kDiscounted:
      return fmt::format("sum of the rewards of an episode, discounted by {:.6g} per unit of dt",
                         spec.discount);
  }
  return "";
}

std::string bounded_rows(const std::vector<Field>& fields) {
  std::string out = "| Name | Unit | Range | Meaning |\n|---|---|---|---|\n";
  for (const Field& field : fields) {
    out += fmt::format("| `{}` | {} | {:.4g} to {:.4g} | {} |\n", field.name, field.unit, field.low,
                       field.high, field.help);
  }
  return out;
}

std::string rows(const std::vector<Field>& fields) {
  std::string out = "| Name | Unit | Meaning |\n|---|---|---|\n";
  for (const Field& field : fields) {
    out += fmt::format("| `{}` | {} | {} |\n", field.name, field.unit, field.help);
  }
  return out;
}

std::string action_text(const ActionSpec& action) {
  std::string out;
  if (action.continuous()) {
    out = "Numbers (float32):\n\n" + bounded_rows(action.numbers);
  } else {
    out = action.sets.size() == 1 ? "One choice:\n\n" : "A choice of each set:\n\n";
    out += "| Set | Choices, from 0 |\n|---|---|\n";
    for (const ChoiceSet& set : action.sets) {
      out += fmt::format("| `{}` | {} |\n", set.name, fmt::join(set.choices, ", "));
    }
  }
  return fmt::format("{}\n{}{}.\n", out, action.help,
                     action.masked ? "; a mask says what is possible" : "");
}

std::string policy_rows(const EnvSpec& spec) {
  std::string out = "| Policy | Parameters | What it does |\n|---|---|---|\n";
  for (const PolicySpec& policy : spec.policies) {
    std::vector<std::string> parameters;
    for (std::size_t k = 0; k < policy.parameters.size(); ++k) {
      const Field& field = policy.parameters[k];
      parameters.push_back(fmt::format("{} = {:.4g} in [{:g}, {:g}] {}", field.name,
                                       policy.defaults[k], field.low, field.high, field.unit));
    }
    out += fmt::format("| `{}` | {} | {}{}{} |\n", policy.name, fmt::join(parameters, "; "),
                       policy.help, policy.oracle ? " (a bound: uses what no agent knows)" : "",
                       policy.name == spec.baseline ? " (the baseline: normalised score 0)" : "");
  }
  return out;
}

}  // namespace

std::string environment_section(const std::string& id, const std::string& file,
                                const std::vector<std::string>& overrides) {
  const auto env = make_environment(id, {}, file, overrides);
  const EnvSpec& spec = env->spec();
  std::string out = fmt::format("## {}\n\n{}\n\n", spec.id, spec.question);
  out += fmt::format("- **Step**: {}; at most {} in an episode.\n", spec.step, spec.max_steps);
  out += fmt::format("- **Reward**: {}.\n- **Score**: {}.\n", spec.reward, score_text(spec));
  if (const auto optimum = env->optimum()) {
    out += fmt::format("- **{}**: {:.6g} ({}).\n", optimum->attainable ? "Optimum" : "Bound",
                       optimum->value, optimum->method);
  } else {
    out += "- **Optimum**: not known.\n";
  }
  out += "\n### Observation\n\n" + bounded_rows(spec.observation);
  if (!spec.oracle.empty()) {
    out += "\nWith oracle information, for bounds only:\n\n" + bounded_rows(spec.oracle);
  }
  out += "\n### Action\n\n" + action_text(spec.action);
  out += "\n### Reward and measures\n\nThe reward is the sum of:\n\n" + rows(spec.parts);
  if (!spec.measures.empty()) out += "\nFurther in `info`:\n\n" + rows(spec.measures);
  out += "\n### Policies\n\n" + policy_rows(spec);
  out += "\n### Options\n\n" + option_rows(environment_options(id));
  return out;
}

std::string environment_reference() {
  std::string out =
      "# Decision problems\n\n"
      "Every decision problem as the program describes it: this page is the output of\n"
      "`aicmp env reference`. Observations are scaled to about one and clipped to their range; "
      "they "
      "hold\nonly what a real pool would know. Options come from a TOML file or from keyword "
      "arguments; some add\nto what is seen, which `aicmp env show ID --set KEY=VALUE` shows. "
      "Worlds "
      "of split \"train\" and split\n\"test\" never meet. `dt` in `info` is how long the step "
      "was.\n";
  for (const std::string& id : environment_ids()) out += "\n" + environment_section(id);
  return out;
}

}  // namespace aicmp
