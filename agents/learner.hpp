#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "agents/archive.hpp"
#include "agents/play.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

/// Names as CleanRL has them ("losses/approx_kl"), so that dashboards know them.
using Metrics = std::vector<std::pair<std::string, double>>;

/// Learning went wrong: a loss or a gradient is not finite.
class Diverged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A learning algorithm at work on one problem. Equal configurations and seeds give equal weights,
/// bit for bit, on one kind of processor and for one number of threads.
class Learner {
 public:
  virtual ~Learner() = default;

  /// Plays on for a while and learns from it. Throws Diverged; the parameters are then as they were
  /// before the bad step.
  virtual void iterate() = 0;
  /// Steps of environments so far, and how many iterate() adds.
  virtual std::int64_t steps() const = 0;
  virtual std::int64_t steps_per_iteration() const = 0;
  /// Of the last iteration; NaN where there is nothing yet.
  virtual Metrics metrics() const = 0;

  /// What has been learned so far.
  virtual PolicyModel policy() const = 0;

  virtual void save(Archive& archive) const = 0;
  virtual void load(const Archive& archive) = 0;
};

}  // namespace aicmp
