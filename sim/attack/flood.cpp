#include "sim/attack/flood.hpp"

#include <algorithm>

#include "sim/attack/entities.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

void add_options(OptionTable& table, FloodConfig& config) {
  table.add("attack.flood.messages_per_s", config.messages_per_s, "1/s", Limits::between(0.0, 1e7),
            "Shares that an attacker sends to the front end, Poisson; 0: none.");
  table.add_choice(
      "attack.flood.kind", config.kind,
      {{"invalid", FloodKind::kInvalid},
       {"duplicate", FloodKind::kDuplicate},
       {"stale", FloodKind::kStale},
       {"valid", FloodKind::kValid}},
      "invalid: hashes that miss the difficulty; duplicate: one share again and again; "
      "stale: old ones replayed; valid: real shares of little difficulty.");
  table.add("attack.flood.difficulty", config.difficulty, "difficulty-1 shares",
            {.min = 0.0, .max = 1e18, .min_open = true}, "kind = valid: of its shares.");
  table.add("attack.flood.addresses", config.addresses, "", Limits::between(1.0, 1e7),
            "Addresses that send equal parts of it, each over a connection of its own.");
  table.add("attack.flood.begin_h", config.begin_h, "h", Limits::between(0.0, 876000.0),
            "When it begins.");
  table.add("attack.flood.hours", config.hours, "h",
            {.min = 0.0, .max = 876000.0, .min_open = true}, "How long it lasts.");
}

Flood::Flood(const FloodConfig& config, const WorldKey& key)
    : config_(config),
      rng_(key, StreamId::kAttack, kFloodEntity),
      end_(Time::hours(config.begin_h + config.hours)),
      next_(Time::hours(config.begin_h)) {
  schedule();
}

std::uint32_t Flood::take() {
  const auto addresses = static_cast<double>(config_.addresses);
  const auto address = static_cast<std::int64_t>(uniform(rng_) * addresses);
  schedule();
  return static_cast<std::uint32_t>(std::min(address, config_.addresses - 1));
}

void Flood::schedule() {
  if (!config_.exists()) {
    next_ = Time::forever();
    return;
  }
  next_ += Time::seconds(exponential(rng_) / config_.messages_per_s);
  if (next_ >= end_) next_ = Time::forever();
}

double hash_rate_spent(const FloodConfig& config) {
  return config.kind == FloodKind::kValid
             ? config.messages_per_s * config.difficulty * kHashesPerWork
             : 0.0;
}

}  // namespace aicmp
