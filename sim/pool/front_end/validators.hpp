#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>

#include "sim/base/distributions.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/pool/front_end/front_end_config.hpp"

namespace aicmp {

/// What the queue before the validators was like.
struct QueueMeasures {
  std::int64_t begun = 0;    // items whose service began
  double waited_s = 0.0;     // by those together
  std::int64_t longest = 0;  // queue
};

/// Servers with one queue before them: M/M/c where arrivals are Poisson and service exponential.
/// The caller keeps the clock and holds the items in service.
template <typename Item>
class Validators {
 public:
  struct Service {
    Item item;
    Time done;
  };

  Validators(const FrontEndConfig& config, const WorldKey& key)
      : config_(config), rng_(key, StreamId::kLatency, kValidationEntity) {}

  bool full() const {
    return busy_ == config_.servers &&
           static_cast<std::int64_t>(queue_.size()) >= config_.queue_limit;
  }
  /// Takes an item in, unless full(); its service if that begins at once. `effort` is a factor on
  /// its time.
  std::optional<Service> arrive(Time now, const Item& item, double effort = 1.0) {
    if (busy_ < config_.servers) {
      ++busy_;
      return begin(now, item, effort);
    }
    queue_.push_back({item, now, effort});
    measures_.longest = std::max(measures_.longest, static_cast<std::int64_t>(queue_.size()));
    return {};
  }
  /// A service ended; the next one if an item waits.
  std::optional<Service> finish(Time now) {
    if (queue_.empty()) {
      --busy_;
      return {};
    }
    const Waiting next = queue_.front();
    queue_.pop_front();
    measures_.waited_s += (now - next.since).in_seconds();
    return begin(now, next.item, next.effort);
  }

  std::int64_t present() const { return busy_ + static_cast<std::int64_t>(queue_.size()); }
  const QueueMeasures& measures() const { return measures_; }

 private:
  struct Waiting {
    Item item;
    Time since;
    double effort;
  };
  Service begin(Time now, const Item& item, double effort) {
    ++measures_.begun;
    const double mean_s = 1e-6 * config_.validation_us * effort;
    const bool fixed = config_.service == ServiceTime::kFixed;
    return {item, now + Time::seconds(fixed ? mean_s : mean_s * exponential(rng_))};
  }

  FrontEndConfig config_;
  Rng rng_;
  std::deque<Waiting> queue_;
  std::int64_t busy_ = 0;
  QueueMeasures measures_;
};

}  // namespace aicmp
