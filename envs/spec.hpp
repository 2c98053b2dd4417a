#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aicmp {

/// A named number with its meaning; observations are already scaled to about one and clipped to
/// [low, high].
struct Field {
  std::string name;
  std::string unit;  // of the number as it stands, its scale included: "USD/MWh / 50"
  double low = 0.0;
  double high = 0.0;
  std::string help;
};

/// What an agent may do: one choice among named ones, or numbers in [low, high].
struct ActionSpec {
  std::vector<std::string> choices;  // discrete: the meaning of 0, 1, ...
  std::vector<Field> numbers;        // continuous: float32 each; empty if discrete
  bool masked = false;               // some choices are impossible in some states
  std::string help;

  bool discrete() const { return numbers.empty(); }
};

/// A named heuristic or solver that every problem ships, with its tunable parameters.
struct PolicySpec {
  std::string name;
  std::string help;
  std::vector<Field> parameters;
  std::vector<double> defaults;  // one per parameter
};

/// How policies of a problem are compared.
enum class Score {
  kRate,        // sum of rewards over sum of dt
  kTotal,       // sum of rewards of an episode
  kDiscounted,  // the same, discounted by `discount` per unit of dt
};

/// One decision problem, complete: spaces, buffers, docs and tests derive from it.
struct EnvSpec {
  std::string id;        // as registered with Gymnasium: "AICMP/Curtailment-v0"
  std::string question;  // what is decided
  std::string step;      // how long one step is, in words
  std::string reward;    // the measure and its unit
  std::vector<Field> observation;
  ActionSpec action;
  std::vector<Field> parts;     // of the reward; their sum, in this order, is the reward
  std::vector<Field> measures;  // further numbers of a transition, beside `dt`
  std::vector<PolicySpec> policies;
  Score score = Score::kTotal;
  double discount = 1.0;       // of a reward that is one unit of dt away
  std::int64_t max_steps = 0;  // an episode is truncated after so many

  std::size_t action_width() const { return action.discrete() ? 1 : action.numbers.size(); }
  /// Numbers of a transition that go to `info`: dt, the parts, the measures.
  std::size_t info_width() const { return 1 + parts.size() + measures.size(); }
};

/// The best that any policy can reach, or a bound on it, in the measure of EnvSpec::score.
struct Optimum {
  double value = 0.0;
  std::string method;      // how it was found, and for which start
  bool attainable = true;  // false: an upper bound that needs knowledge of the future
};

}  // namespace aicmp
