#include "sim/attack/connections.hpp"

#include <algorithm>

#include "sim/attack/entities.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

void add_options(OptionTable& table, ConnectionFloodConfig& config) {
  table.add(
      "attack.connections.per_s", config.per_s, "1/s", Limits::between(0.0, 1e6),
      "Connections that an attacker opens, Poisson, without finishing the handshake; 0: none.");
  table.add("attack.connections.hold_s", config.hold_s, "s",
            {.min = 0.0, .max = 1e7, .min_open = true},
            "How long he keeps each open, if the pool lets him.");
  table.add("attack.connections.addresses", config.addresses, "", Limits::between(1.0, 1e7),
            "Addresses that he has.");
  table.add("attack.connections.begin_h", config.begin_h, "h", Limits::between(0.0, 876000.0),
            "When it begins.");
  table.add("attack.connections.hours", config.hours, "h",
            {.min = 0.0, .max = 876000.0, .min_open = true}, "How long it lasts.");
}

void add_options(OptionTable& table, ConnectionConfig& config) {
  table.add("pool.connections.drops_per_day", config.drops_per_day, "1/d",
            Limits::between(0.0, 1e4),
            "How often a miner's connection breaks and it has to come in again; 0: never.");
  table.add("pool.connections.front_ends", config.front_ends, "", Limits::between(1.0, 1e4),
            "Servers that take connections.");
  table.add("pool.connections.slots", config.slots, "", Limits::between(1.0, 1e7),
            "Connections that each of them holds, handshakes included.");
  table.add_choice("pool.connections.balance", config.balance,
                   {{"random", Balance::kRandom}, {"least", Balance::kLeast}},
                   "Which of them a new connection meets: any, or the emptiest.");
  table.add("pool.connections.per_address", config.per_address, "", Limits::between(0.0, 1e7),
            "Connections that one address may have; 0: without limit. Miners have one each.");
  table.add("pool.connections.handshake_s", config.handshake_s, "s",
            {.min = 0.0, .max = 3600.0, .min_open = true},
            "Mean time of a miner's handshake (TLS, subscribe), exponential.");
  table.add("pool.connections.handshake_timeout_s", config.handshake_timeout_s, "s",
            Limits::between(0.0, 86400.0), "Handshakes that take longer are cut off; 0: none.");
  table.add("pool.connections.retry_s", config.retry_s, "s",
            {.min = 0.0, .max = 86400.0, .min_open = true},
            "Mean time until a miner that was not let in tries again, exponential.");
  table.add("pool.connections.tls_ms", config.tls_ms, "ms", Limits::between(0.0, 1e4),
            "Processor time that each handshake begun costs the pool.");
}

Connections::Connections(const ConnectionFloodConfig& attack, const ConnectionConfig& config,
                         std::size_t miners, const WorldKey& key)
    : attack_(attack), config_(config), rng_(key, StreamId::kAttack, kConnectionsEntity) {
  if (!attack.exists() && config.drops_per_day == 0.0) return;
  used_.assign(static_cast<std::size_t>(config.front_ends), 0);
  by_address_.assign(static_cast<std::size_t>(attack.addresses), 0);
  connected_.assign(miners, false);
  for (std::uint32_t i = 0; i < miners; ++i) {
    Place place{};
    connected_[i] = enter(Time(), place);
    if (!connected_[i]) {
      after(config.retry_s * exponential(rng_), kTry, i);
    } else if (config.drops_per_day > 0.0) {
      after(86400.0 / config.drops_per_day * exponential(rng_), kDrop, i, place);
    }
  }
  if (attack.exists()) {
    after(3600.0 * attack.begin_h + exponential(rng_) / attack.per_s, kAttack, 0);
  }
  parts_.assign(connected_.begin(), connected_.end());
  for (std::uint32_t i = 0; i < miners; ++i) {
    if (!connected_[i]) touched_.push_back(i);
  }
}

void Connections::advance(Time until) {
  changed_ = !touched_.empty();
  for (const std::uint32_t miner : touched_) parts_[miner] = connected_[miner] ? 1.0 : 0.0;
  touched_.clear();
  const double span_s = (until - now_).in_seconds();
  while (calendar_.next_time() <= until) {
    const Event<Place> event = calendar_.pop();
    if (!handle(event)) continue;
    const std::uint32_t miner = event.source;
    connected_[miner] = !connected_[miner];
    const double rest = (until - event.time).in_seconds() / span_s;
    parts_[miner] = std::clamp(parts_[miner] + (connected_[miner] ? rest : -rest), 0.0, 1.0);
    touched_.push_back(miner);
  }
  changed_ = changed_ || !touched_.empty();
  now_ = until;
}

/// Whether the miner of the event is connected or cut off by it.
bool Connections::handle(const Event<Place>& event) {
  const Time now = event.time;
  switch (static_cast<Kind>(event.kind)) {
    case kAttack:
      attack(now);
      return false;
    case kLetGo:
      --used_[event.payload.front_end];
      --by_address_[event.payload.address];
      return false;
    case kTry:
      try_to_connect(now, event.source);
      return false;
    case kTimedOut:
      --used_[event.payload.front_end];
      ++tally_.timed_out;
      after(config_.retry_s * exponential(rng_), kTry, event.source);
      return false;
    case kShaken:
      if (config_.drops_per_day > 0.0) {
        after(86400.0 / config_.drops_per_day * exponential(rng_), kDrop, event.source,
              event.payload);
      }
      return true;
    case kDrop:
      --used_[event.payload.front_end];
      after(config_.retry_s * exponential(rng_), kTry, event.source);
      return true;
  }
  return false;
}

std::int64_t Connections::pick() {
  if (config_.balance == Balance::kLeast) {
    return std::min_element(used_.begin(), used_.end()) - used_.begin();
  }
  const auto place = static_cast<std::int64_t>(uniform(rng_) * static_cast<double>(used_.size()));
  return std::min(place, config_.front_ends - 1);
}

/// Takes a slot if the front end that the balancer picks has one.
bool Connections::enter(Time now, Place& place) {
  place.front_end = static_cast<std::uint32_t>(pick());
  if (used_[place.front_end] < config_.slots) {
    ++used_[place.front_end];
    return true;
  }
  tally_.first_full = std::min(tally_.first_full, now);
  return false;
}

void Connections::attack(Time now) {
  ++tally_.attacks;
  const auto address =
      static_cast<std::int64_t>(uniform(rng_) * static_cast<double>(attack_.addresses));
  Place place{0, static_cast<std::uint32_t>(std::min(address, attack_.addresses - 1))};
  const bool too_many =
      config_.per_address > 0 && by_address_[place.address] >= config_.per_address;
  if (too_many || !enter(now, place)) {
    ++tally_.attacks_refused;
  } else {
    ++by_address_[place.address];
    const double timeout_s = config_.handshake_timeout_s;
    after(timeout_s > 0.0 ? std::min(timeout_s, attack_.hold_s) : attack_.hold_s, kLetGo, 0, place);
  }
  const double wait_s = exponential(rng_) / attack_.per_s;
  if (now + Time::seconds(wait_s) < Time::hours(attack_.begin_h + attack_.hours)) {
    after(wait_s, kAttack, 0);
  }
}

void Connections::try_to_connect(Time now, std::uint32_t miner) {
  ++tally_.attempts;
  Place place{};
  if (!enter(now, place)) {
    ++tally_.refused;
    after(config_.retry_s * exponential(rng_), kTry, miner);
    return;
  }
  const double handshake_s = config_.handshake_s * exponential(rng_);
  const double timeout_s = config_.handshake_timeout_s;
  const bool cut = timeout_s > 0.0 && handshake_s > timeout_s;
  after(cut ? timeout_s : handshake_s, cut ? kTimedOut : kShaken, miner, place);
}

void Connections::after(double seconds, Kind kind, std::uint32_t source, const Place& place) {
  const Time wait = Time::seconds(seconds);
  if (wait >= Time::forever() - calendar_.now()) return;
  calendar_.push(calendar_.now() + wait, kind, source, place);
}

}  // namespace aicmp
