#include "sim/attack/hijack.hpp"

#include <algorithm>
#include <utility>

#include "sim/attack/entities.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

void add_options(OptionTable& table, HijackConfig& config) {
  table.add("attack.hijack.miners_part", config.miners_part, "", Limits::between(0.0, 1.0),
            "Part of the miners whose way to the pool an attacker sits on; 0: none.");
  table.add("attack.hijack.part", config.part, "", {.min = 0.0, .max = 1.0, .min_open = true},
            "Part of their hash rate that works for him.");
  table.add("attack.hijack.begin_h", config.begin_h, "h", Limits::between(0.0, 876000.0),
            "When it begins.");
  table.add("attack.hijack.repair_h", config.repair_h, "h", Limits::between(0.0, 876000.0),
            "From a notice of pool.monitor about the lost hash rate until it is back.");
}

Hijack::Hijack(const HijackConfig& config, bool encrypted, std::size_t miners, const WorldKey& key)
    : config_(config) {
  if (!config.exists() || encrypted) return;
  begin_ = Time::hours(config.begin_h);
  is_taken_.assign(miners, false);
  is_noticed_.assign(miners, false);
  Rng rng(key, StreamId::kAttack, kHijackEntity);
  for (std::size_t i = 0; i < miners; ++i) chosen_.push_back(uniform(rng) < config.miners_part);
  victims_ = std::count(chosen_.begin(), chosen_.end(), true);
}

Time Hijack::next() const {
  const bool begun = chosen_.empty();
  if (!begun) return begin_;
  return repairs_.empty() ? Time::forever() : repairs_.begin()->first;
}

void Hijack::step() {
  if (!chosen_.empty()) {
    is_taken_ = std::exchange(chosen_, {});
    return;
  }
  is_taken_[repairs_.begin()->second] = false;
  repairs_.erase(repairs_.begin());
}

void Hijack::notice(Time now, std::uint32_t miner) {
  if (is_taken_.empty() || !is_taken_[miner] || is_noticed_[miner]) return;
  is_noticed_[miner] = true;
  ++noticed_;
  delay_h_ += (now - begin_).in_hours();
  repairs_.insert({now + Time::hours(config_.repair_h), miner});
}

}  // namespace aicmp
