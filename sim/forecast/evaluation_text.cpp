#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/wrapped.hpp"
#include "sim/forecast/evaluation.hpp"

namespace aicmp {
namespace {

nlohmann::ordered_json json_of(const Skill& skill, const std::string& against) {
  return {{"against", against},
          {"skill", skill.skill},
          {"low", skill.low},
          {"high", skill.high},
          {"dm_statistic", skill.statistic},
          {"p_value", skill.p_value}};
}

}  // namespace

std::string evaluation_text(const std::vector<Comparison>& comparisons) {
  std::string text;
  std::string heading;
  for (const Comparison& comparison : comparisons) {
    std::string present =
        fmt::format("{}, {}\n({})\n", comparison.target, comparison.scale, comparison.source);
    if (present != heading) {
      heading = std::move(present);
      text += fmt::format("\n{}    {:<22}{:>8}{:>8}{:>9}{:>6}   {}\n", heading, "", "MAE", "RMSE",
                          "pinball", "90 %", "skill, %");
    }
    text += fmt::format("  {}\n", comparison.horizon);
    for (std::size_t i = 0; i < comparison.rows.size(); ++i) {
      const Comparison::Row& row = comparison.rows[i];
      text += fmt::format("  {} {:<22}{:>8.3g}{:>8.3g}{:>9.3g}{:>6.2f}",
                          i == comparison.chosen ? '*' : ' ', row.name, row.scores.mae,
                          row.scores.rmse, row.scores.pinball, row.scores.coverage_90);
      if (i > 0) {
        const Skill& skill = row.pinball.front();
        text += fmt::format("{:>7.1f} ({:.0f} to {:.0f})", 100.0 * skill.skill, 100.0 * skill.low,
                            100.0 * skill.high);
      }
      text += '\n';
    }
    text += "    " + wrapped(comparison.verdict, kTerminalColumns, 4, 4) + '\n';
  }
  text +=
      "\n* is used: the first, unless another is better by 1 % and beyond doubt (95 %).\n"
      "Skill is 1 - pinball loss / that of the first, with the interval of Diebold and\n"
      "Mariano.\n"
      "90 %: part of the truth between the 5 % and 95 % quantiles.\n";
  return text;
}

std::string evaluation_json(const std::vector<Comparison>& comparisons) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Comparison& comparison : comparisons) {
    nlohmann::ordered_json entry{{"target", comparison.target},
                                 {"source", comparison.source},
                                 {"scale", comparison.scale},
                                 {"horizon", comparison.horizon},
                                 {"chosen", comparison.rows[comparison.chosen].name},
                                 {"verdict", comparison.verdict}};
    for (const Comparison::Row& row : comparison.rows) {
      nlohmann::ordered_json scores{
          {"forecaster", row.name},        {"count", row.scores.count},
          {"mae", row.scores.mae},         {"rmse", row.scores.rmse},
          {"pinball", row.scores.pinball}, {"coverage_90", row.scores.coverage_90}};
      for (std::size_t j = 0; j < row.pinball.size(); ++j) {
        scores["skill_pinball"].push_back(json_of(row.pinball[j], comparison.rows[j].name));
        scores["skill_squared"].push_back(json_of(row.squared[j], comparison.rows[j].name));
      }
      entry["forecasters"].push_back(std::move(scores));
    }
    all.push_back(std::move(entry));
  }
  return all.dump(2) + "\n";
}

}  // namespace aicmp
