#pragma once

#include <string>
#include <vector>

#include "sim/base/interval.hpp"
#include "sim/base/moments.hpp"
#include "sim/experiment/measures.hpp"

namespace aicmp {

/// A measure over replications.
struct MergedMeasure {
  std::string scheme;
  std::string name;
  Moments moments;  // of the replications in which the measure is a number
};

/// Measures of replications, merged in order; `replications` is not empty.
class Summary {
 public:
  explicit Summary(std::vector<std::vector<Measure>> replications);

  const std::vector<MergedMeasure>& measures() const { return merged_; }
  const std::vector<std::vector<Measure>>& replications() const { return replications_; }
  /// Schemes in the order of the scenario.
  const std::vector<std::string>& schemes() const { return schemes_; }
  /// Whether the replications have the measure `name` of `scheme`.
  bool contains(const std::string& scheme, const std::string& name) const;
  /// Values over replications of the measure `name` of `scheme` (empty: of the world).
  std::vector<double> values(const std::string& scheme, const std::string& name) const;
  const Moments& moments(const std::string& scheme, const std::string& name) const;

 private:
  std::size_t find(const std::string& scheme, const std::string& name) const;
  std::size_t index(const std::string& scheme, const std::string& name) const;

  std::vector<std::vector<Measure>> replications_;
  std::vector<MergedMeasure> merged_;
  std::vector<std::string> schemes_;
};

/// summary.json: every measure with its mean and, from two replications on, standard deviation and
/// 95 % t interval; measures without a value are null.
std::string summary_json(const std::string& scenario_name, const Summary& summary);

/// What a person reads: the world in a few lines, then the schemes side by side, within 80 columns.
std::string summary_text(const std::string& scenario_name, const std::string& question,
                         const Summary& summary);

}  // namespace aicmp
