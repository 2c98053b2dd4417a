#pragma once

#include <map>
#include <string>

#include "sim/base/error.hpp"

namespace aicmp {

/// Where each option of a loaded scenario was set, so that checks across options (contradictory
/// values) can name file and line: `throw origin.located(error)`.
class Provenance {
 public:
  explicit Provenance(std::string scenario_path = "") : scenario_path_(std::move(scenario_path)) {}

  void record(const std::string& key, SourceRef where) { set_[key] = std::move(where); }
  /// Forgets all elements of an array of tables that is about to be replaced.
  void forget_elements(const std::string& key);

  /// The place that set `key` ("pool.fee", "fleet.groups[2].count") last, else the nearest table
  /// around it that was set or an option in there, else the scenario file as a whole.
  SourceRef where(std::string key) const;
  /// `error` with the place that set its key, if it has a key.
  ConfigError located(const ConfigError& error) const {
    return error.located([this](const std::string& key) { return where(key); });
  }

 private:
  std::string scenario_path_;
  std::map<std::string, SourceRef> set_;
};

}  // namespace aicmp
