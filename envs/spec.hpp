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

/// Named choices, of which one is taken: 0, 1, ... in this order.
struct ChoiceSet {
  std::string name;
  std::vector<std::string> choices;
};

/// What an agent may do in a step: one choice of each set, or numbers in [low, high].
struct ActionSpec {
  std::vector<ChoiceSet> sets;  // discrete: one; multi-discrete: several; continuous: none
  std::vector<Field> numbers;   // continuous: float32 each; otherwise none
  bool masked = false;          // some choices are impossible in some states
  std::string help;

  bool continuous() const { return !numbers.empty(); }
  /// Integers, or float32 numbers, of the action of one row.
  std::size_t width() const { return continuous() ? numbers.size() : sets.size(); }
  /// Choices of all sets: the width of a mask, in which set follows set.
  std::size_t choices() const {
    std::size_t sum = 0;
    for (const ChoiceSet& set : sets) sum += set.choices.size();
    return sum;
  }
};

/// A named heuristic or solver that every problem ships, with its tunable parameters.
struct PolicySpec {
  std::string name;
  std::string help;
  std::vector<Field> parameters;  // each with the range to tune it in
  std::vector<double> defaults;   // one per parameter
  bool oracle = false;            // uses what no agent can know: a bound, not a rival
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
  /// What a pool cannot know, for upper bounds: appended to the observation by
  /// BatchOptions::oracle, and only then part of it.
  std::vector<Field> oracle;
  ActionSpec action;
  std::vector<Field> parts;     // of the reward; their sum, in this order, is the reward
  std::vector<Field> measures;  // further numbers of a transition, beside `dt`
  std::vector<PolicySpec> policies;
  /// The best of them that nobody tuned. A normalised score is 0 at what it reaches in the same
  /// worlds and 1 at the optimum.
  std::string baseline;
  Score score = Score::kTotal;
  double discount = 1.0;       // of a reward that is one unit of dt away
  std::int64_t max_steps = 0;  // an episode is truncated after so many

  /// Numbers of a transition that go to `info`: dt, the parts, the measures.
  std::size_t info_width() const { return 1 + parts.size() + measures.size(); }
  std::vector<std::string> info_numbers() const {
    std::vector<std::string> names = {"dt"};
    for (const Field& part : parts) names.push_back(part.name);
    for (const Field& measure : measures) names.push_back(measure.name);
    return names;
  }
};

/// The best that any policy can reach, or a bound on it, in the measure of EnvSpec::score.
struct Optimum {
  double value = 0.0;
  std::string method;      // how it was found, and for which start
  bool attainable = true;  // false: an upper bound that needs knowledge of the future
};

}  // namespace aicmp
