#pragma once

#include <memory>
#include <string>
#include <vector>

#include "envs/environment.hpp"
#include "sim/base/options.hpp"

namespace aicmp {

/// Ids of all decision problems, in the order of the documentation.
std::vector<std::string> environment_ids();

/// A batch of the problem `id`. Options come from `file` (a TOML file, none if empty), then from
/// `overrides`, each `key=value`. Throws ConfigError or IoError.
std::unique_ptr<Environment> make_environment(const std::string& id, const BatchOptions& batch,
                                              const std::string& file = "",
                                              const std::vector<std::string>& overrides = {});

/// The options of one problem as values, for who loads them together with others.
class ProblemOptions {
 public:
  virtual ~ProblemOptions() = default;

  /// Binds the options to `table`; this object must outlive it.
  virtual void add_to(OptionTable& table) = 0;
  /// A batch of the problem with the options as they are now. Throws ConfigError or IoError.
  virtual std::unique_ptr<Environment> make(const BatchOptions& batch) const = 0;
};

/// Throws ConfigError if there is no such problem.
std::unique_ptr<ProblemOptions> problem_options(const std::string& id);

/// The options of a problem with their defaults, for documentation.
std::vector<Option> environment_options(const std::string& id);

}  // namespace aicmp
