#pragma once

#include <map>
#include <string>

#include "sim/base/error.hpp"

namespace aicmp {

/// Where each option of a loaded scenario was set, so that checks across options (contradictory
/// values) can name file and line: `throw ConfigError(origin.where("pool.fee"), "pool.fee", ...)`.
class Provenance {
 public:
  explicit Provenance(std::string scenario_path) : scenario_path_(std::move(scenario_path)) {}

  void record(const std::string& key, SourceRef where) { set_[key] = std::move(where); }
  /// Forgets all elements of an array of tables that is about to be replaced.
  void forget_elements(const std::string& key);

  /// False for an option that kept its default.
  bool is_set(const std::string& key) const { return set_.contains(key); }
  /// The place that set `key` ("pool.fee", "fleet.groups[2].count") last, else the nearest table
  /// around it that was set, else the scenario file as a whole.
  SourceRef where(std::string key) const;

 private:
  std::string scenario_path_;
  std::map<std::string, SourceRef> set_;
};

}  // namespace aicmp
