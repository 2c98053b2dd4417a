#include "sim/engine/superposition.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr double kFarNs = 9223372036854774784.0;  // largest double below 2^63

/// Nanoseconds from one time to a later one, however far apart.
std::uint64_t span_ns(Time from, Time to) {
  return static_cast<std::uint64_t>(to.ns()) - static_cast<std::uint64_t>(from.ns());
}

}  // namespace

template <typename Sampler>
PoissonSuperposition<Sampler>::PoissonSuperposition(const WorldKey& key, StreamId stream,
                                                    std::span<const double> rates_per_s, Time start,
                                                    std::uint32_t entity)
    : sampler_(rates_per_s),
      stream_(key, stream, entity),
      mean_ns_(1e9 / sampler_.total()),
      anchor_time_(start) {
  stream_.next(chunk_);
}

template <typename Sampler>
std::span<const Arrival> PoissonSuperposition<Sampler>::next_batch(Time until) {
  if (next_ == ArrivalStream::kChunk) refill();
  batch_size_ = 0;
  if (until <= anchor_time_ || !std::isfinite(mean_ns_)) return {};
  const std::uint64_t limit = span_ns(anchor_time_, until);
  const auto delay = [this](double position) {
    return static_cast<std::int64_t>(delay_ns(position));
  };
  const std::span<const double> positions = std::span(chunk_.position).subspan(next_);
  const auto end = std::partition_point(positions.begin(), positions.end(), [&](double position) {
    return static_cast<std::uint64_t>(delay(position)) < limit;
  });
  batch_size_ = static_cast<std::size_t>(end - positions.begin());
  std::array<std::uint32_t, ArrivalStream::kChunk> sources;
  sampler_.draw({chunk_.uniform.data() + next_, batch_size_}, sources.data());
  for (std::size_t i = 0; i < batch_size_; ++i) {
    batch_[i] = {anchor_time_ + Time::nanoseconds(delay(positions[i])), sources[i],
                 chunk_.mark[next_ + i]};
  }
  next_ += batch_size_;
  return {batch_.data(), batch_size_};
}

template <typename Sampler>
void PoissonSuperposition<Sampler>::unread(std::size_t count) {
  AICMP_ASSERT(count <= batch_size_);
  next_ -= count;
  batch_size_ -= count;
}

template <typename Sampler>
void PoissonSuperposition<Sampler>::set_rates(Time at, std::span<const double> rates_per_s) {
  AICMP_ASSERT(rates_per_s.size() == sampler_.size());
  anchor(at);
  sampler_.assign(rates_per_s);
  mean_ns_ = 1e9 / sampler_.total();
}

template <typename Sampler>
void PoissonSuperposition<Sampler>::set_rate(Time at, std::uint32_t source,
                                             double rate_per_s) requires
    requires(Sampler& sampler) {
  sampler.set(0u, 0.0);
}
{
  anchor(at);
  sampler_.set(source, rate_per_s);
  mean_ns_ = 1e9 / sampler_.total();
}

template <typename Sampler>
double PoissonSuperposition<Sampler>::delay_ns(double position) const {
  return std::min(anchor_fraction_ns_ + (position - anchor_position_) * mean_ns_, kFarNs);
}

/// Draws the next chunk; its origin is the last arrival of the chunk before.
template <typename Sampler>
void PoissonSuperposition<Sampler>::refill() {
  const double delay = delay_ns(chunk_.position.back());
  const double whole = std::floor(delay);
  anchor_time_ += Time::nanoseconds(static_cast<std::int64_t>(whole));
  anchor_fraction_ns_ = delay - whole;
  anchor_position_ = 0.0;
  stream_.next(chunk_);
  next_ = 0;
}

/// Finds the position of the process at a time, where its rate is about to change.
template <typename Sampler>
void PoissonSuperposition<Sampler>::anchor(Time at) {
  if (next_ == ArrivalStream::kChunk) refill();
  AICMP_ASSERT(at >= anchor_time_);
  const std::uint64_t span = span_ns(anchor_time_, at);
  if (std::isfinite(mean_ns_)) {
    const auto taken = [&](std::size_t i) {
      return static_cast<std::uint64_t>(std::max(delay_ns(chunk_.position[i]), 0.0));
    };
    AICMP_ASSERT(taken(next_) >= span);
    AICMP_ASSERT(next_ == 0 || taken(next_ - 1) <= span);
    const double passed = (static_cast<double>(span) - anchor_fraction_ns_) / mean_ns_;
    anchor_position_ = std::min(anchor_position_ + passed, chunk_.position[next_]);
  }
  anchor_time_ = at;
  anchor_fraction_ns_ = 0.0;
  batch_size_ = 0;
}

template class PoissonSuperposition<AliasTable>;
template class PoissonSuperposition<RateTree>;

}  // namespace aicmp
