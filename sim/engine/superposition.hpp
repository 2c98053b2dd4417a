#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/engine/alias_table.hpp"
#include "sim/engine/arrival_stream.hpp"
#include "sim/engine/rate_tree.hpp"

namespace aicmp {

/// One event of a superposed source. `mark` is a uniform number in [0, 2^32) that belongs to the
/// event, for what the caller has to decide about it (say, the difficulty a share achieved).
struct Arrival {
  Time time;
  std::uint32_t source = 0;
  std::uint32_t mark = 0;
};

/// Independent Poisson sources as one process: the sum of the rates gives the times, a sampler
/// over the rates gives the source, so the cost of an event does not grow with their number.
///
/// Underneath is one process of rate 1, fixed by the random stream; rates only stretch its time
/// (time change of a Poisson process), which is exact as long as they are constant between control
/// points. So results do not depend on how the time is cut into batches, and two policies that set
/// different rates consume the same random numbers.
///
/// Sampler is AliasTable or RateTree; see the names below.
template <typename Sampler>
class PoissonSuperposition {
 public:
  /// Rates are events per second, finite and not negative (asserted); a source of rate 0 never
  /// fires. `entity` distinguishes several superpositions of one stream.
  PoissonSuperposition(const WorldKey& key, StreamId stream, std::span<const double> rates_per_s,
                       Time start = Time(), std::uint32_t entity = 0);

  /// The next events with time < `until`, in order of time. A batch may end early: call until it is
  /// empty. Valid until the next call of any member that is not const.
  std::span<const Arrival> next_batch(Time until);

  /// Gives back the last `count` events of the latest batch, to come again in the next one: for a
  /// caller that changes a rate because of an event within the batch.
  void unread(std::size_t count);

  /// Changes all rates from `at` on, which must be after or at every event taken, and no event
  /// before `at` may be left; asserted.
  void set_rates(Time at, std::span<const double> rates_per_s);
  /// Changes one rate from `at` on, under the same condition.
  void set_rate(Time at, std::uint32_t source, double rate_per_s) requires
      requires(Sampler& sampler) {
    sampler.set(0u, 0.0);
  };

  double total_rate_per_s() const { return sampler_.total(); }
  std::size_t sources() const { return sampler_.size(); }

 private:
  /// Nanoseconds after the anchor, below 2^63, of a position in the chunk.
  double delay_ns(double position) const;
  void refill();
  void anchor(Time at);

  Sampler sampler_;
  ArrivalStream stream_;
  ArrivalStream::Chunk chunk_;
  std::array<Arrival, ArrivalStream::kChunk> batch_;
  std::size_t next_ = 0;        // first arrival of the chunk not taken yet
  std::size_t batch_size_ = 0;  // of the latest batch
  double mean_ns_;              // of the gaps; infinite while the total rate is 0
  // Position `anchor_position_` of the chunk is at `anchor_time_` plus a fraction of a nanosecond.
  Time anchor_time_;
  double anchor_fraction_ns_ = 0.0;
  double anchor_position_ = 0.0;
};

extern template class PoissonSuperposition<AliasTable>;
extern template class PoissonSuperposition<RateTree>;

/// Rates that change together and rarely: constant time an event, linear time a change.
using FixedSuperposition = PoissonSuperposition<AliasTable>;
/// Rates that change one at a time: logarithmic time for both.
using AdjustableSuperposition = PoissonSuperposition<RateTree>;

}  // namespace aicmp
