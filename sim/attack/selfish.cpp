#include "sim/attack/selfish.hpp"

#include "sim/attack/entities.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

void add_options(OptionTable& table, SelfishConfig& config) {
  table.add("attack.selfish.pool", config.pool,
            "Name of one of network.pools that mines selfishly (SM1); empty: none.");
  table.add("attack.selfish.gamma", config.gamma, "", Limits::between(0.0, 1.0),
            "Part of the others' hash rate that hears of its block first in a race.");
  table.add("attack.selfish.begin_h", config.begin_h, "h", Limits::between(0.0, 876000.0),
            "When it begins; until then the pool is honest.");
}

SelfishRival::SelfishRival(const SelfishConfig& config, double gamma, const WorldKey& key)
    : config_(config),
      gamma_(gamma),
      begin_(Time::hours(config.begin_h)),
      rng_(key, StreamId::kAttack, kSelfishEntity) {}

SelfishRival::Move SelfishRival::find() {
  ++tally_.found;
  if (!racing_) {
    ++hidden_;
    return Move::kHide;
  }
  racing_ = false;
  tally_.main += 2;
  ++tally_.others_lost;
  return Move::kWin;
}

SelfishRival::Move SelfishRival::see(bool owns_tip) {
  ++tally_.others_found;
  if (hidden_ >= 2) {
    ++tally_.others_lost;
    return Move::kTooLate;
  }
  if (racing_ && !owns_tip && uniform(rng_) < gamma_) {
    racing_ = false;
    ++tally_.main;
    ++tally_.others_lost;
    return Move::kFollow;
  }
  return Move::kExtend;
}

std::int64_t SelfishRival::publish() {
  const std::int64_t published = hidden_ == 2 ? 2 : 1;
  hidden_ -= published;
  tally_.main += published;
  return published;
}

bool SelfishRival::extended() {
  const bool lost = racing_;
  if (lost) ++tally_.lost;
  racing_ = hidden_ == 1;
  hidden_ = 0;
  return lost;
}

}  // namespace aicmp
