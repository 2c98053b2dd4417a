#include "sim/pool/front_end/messages.hpp"

#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

// Half of a connection's latency is spent on the way to the miner and half on the way back.
constexpr double kOneWay = 0.5;

}  // namespace

Messages::Messages(const FrontEndConfig& config, const WorldKey& key)
    : config_(config),
      key_(key),
      shares_(key, StreamId::kLatency, kSharesEntity),
      spikes_(key, StreamId::kLatency, kSpikesEntity),
      turn_s_(config.downlink_mbit_s > 0.0 ? 8.0 * config.job_bytes / (1e6 * config.downlink_mbit_s)
                                           : 0.0) {
  next_spike(Time());
}

void Messages::next_spike(Time from) {
  if (config_.spikes_per_day <= 0.0) return;
  spike_begin_ = from + Time::days(exponential(spikes_) / config_.spikes_per_day);
  spike_end_ = spike_begin_ + Time::seconds(config_.spike_s);
}

double Messages::spike(Time now) {
  while (now >= spike_end_) next_spike(spike_end_);
  return now >= spike_begin_ ? config_.spike_factor : 1.0;
}

double Messages::jitter(Rng& rng) const {
  const double sigma = config_.latency_jitter;
  return sigma > 0.0 ? std::exp(sigma * normal(rng) - 0.5 * sigma * sigma) : 1.0;
}

Time Messages::up(Time now, double latency_s) {
  return now + Time::seconds(kOneWay * latency_s * spike(now) * jitter(shares_));
}

Time Messages::down(Time now, double latency_s, std::uint32_t miner, std::uint32_t job) {
  Rng rng(key_, StreamId::kLatency, kJobsEntity + miner, job);
  return now + Time::seconds(kOneWay * latency_s * spike(now) * jitter(rng));
}

Time Messages::broadcast(Time now, double latency_s, std::uint32_t miner, std::uint32_t job) {
  return down(now, latency_s, miner, job) + Time::seconds(turn_s_ * (miner + 1.0));
}

}  // namespace aicmp
