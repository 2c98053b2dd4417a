#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agents/evaluation.hpp"
#include "sim/base/wrapped.hpp"

namespace aicmp {
namespace {

using Json = nlohmann::ordered_json;

std::string number(double value) {
  return fmt::format("{:.4g}", value);
}

std::string range(const Interval& interval) {
  return fmt::format("{} [{}, {}]", number(interval.estimate), number(interval.low),
                     number(interval.high));
}

Json interval_json(const Interval& interval) {
  return {{"estimate", interval.estimate}, {"low", interval.low}, {"high", interval.high}};
}

}  // namespace

std::string Evaluation::verdict() const {
  const Contender& rival = contenders[best];
  const Interval& ahead = rival.difference;
  const std::string name = rival.name + (rival.tuned ? ", tuned" : "");
  const double equal = rounding(rival.score.estimate);
  if (std::max(std::abs(ahead.low), std::abs(ahead.high)) <= equal) {
    return fmt::format("does the same as the best heuristic ({}), in every world", name);
  }
  if (ahead.low > 0.0) {
    return fmt::format("beats the best heuristic ({}) by {}", name, range(ahead));
  }
  if (ahead.high < 0.0) {
    return fmt::format("does not beat the best heuristic ({}): {} behind it", name,
                       range({-ahead.estimate, -ahead.high, -ahead.low}));
  }
  return fmt::format("cannot be told from the best heuristic ({}): {} ahead of it", name,
                     range(ahead));
}

std::string Evaluation::text() const {
  std::string out;
  const auto say = [&](const std::string& line) {
    out += wrapped(line, kTerminalColumns, 2) + '\n';
  };
  const auto row = [&](char mark, const std::string& name, const std::string& score,
                       const std::string& ahead) {
    out += fmt::format("{} {:<24}{:>26}{:>28}", mark, name, score, ahead);
    out.resize(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  say(fmt::format("{}: {}", problem, measure));
  say(fmt::format("{} held-out worlds, the same for all; heuristics tuned with {} steps each",
                  episodes, tuning_steps));
  out += '\n';
  row(' ', "", "score [95 %]", "policy ahead by [95 %]");
  row(' ',
      run_scores.size() > 1 ? fmt::format("policy (IQM of {} seeds)", run_scores.size()) : "policy",
      range(policy), "");
  for (const Contender& contender : contenders) {
    row(&contender == &contenders[best] ? '*' : ' ',
        contender.name + (contender.bound ? " (bound)" : ""), range(contender.score),
        range(contender.difference));
  }
  if (optimum)
    row(' ', optimum->attainable ? "optimum" : "upper bound", number(optimum->value), "");
  out += "* the best heuristic\n";
  if (optimum) {
    say(fmt::format("{}: {}", optimum->attainable ? "Optimum" : "Upper bound", optimum->method));
  }
  out += '\n';
  say(fmt::format("The policy {}.", verdict()));
  if (run_scores.size() > 1) {
    say(fmt::format("{:.0f} % of {} training seeds are worse than it.", 100.0 * worse_seeds,
                    run_scores.size()));
  }
  if (optimum) {
    say(fmt::format("It {} {:.2f} % of the {}: {:.3f} on the scale from {} ({}) to that.",
                    optimum->value < 0.0 ? "costs" : "earns",
                    100.0 * policy.estimate / optimum->value,
                    optimum->attainable ? "optimum" : "bound", normalised(policy.estimate),
                    number(baseline), baseline_name));
  }
  if (of_solver) {
    say(fmt::format("In these worlds that is {:.2f} % [{:.2f}, {:.2f}] of what the solver has.",
                    100.0 * of_solver->estimate, 100.0 * of_solver->low, 100.0 * of_solver->high));
  }
  return out;
}

std::string Evaluation::json() const {
  Json json = {{"problem", problem},
               {"measure", measure},
               {"episodes", episodes},
               {"tuning_steps", tuning_steps},
               {"policy", interval_json(policy)},
               {"run_scores", run_scores},
               {"best_heuristic", contenders[best].name},
               {"worse_seeds", worse_seeds},
               {"baseline", baseline},
               {"verdict", verdict()}};
  if (optimum) {
    json["optimum"] = {{"value", optimum->value},
                       {"attainable", optimum->attainable},
                       {"method", optimum->method}};
    json["normalised"] = normalised(policy.estimate);
  }
  if (of_solver) json["of_solver"] = interval_json(*of_solver);
  json["contenders"] = Json::array();
  for (const Contender& contender : contenders) {
    json["contenders"].push_back({{"name", contender.name},
                                  {"parameters", contender.parameters},
                                  {"tuned", contender.tuned},
                                  {"bound", contender.bound},
                                  {"score", interval_json(contender.score)},
                                  {"policy_ahead", interval_json(contender.difference)}});
  }
  return json.dump(2) + "\n";
}

}  // namespace aicmp
