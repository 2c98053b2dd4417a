#pragma once

#include <cstdint>

#include "sim/base/units.hpp"

namespace aicmp {

/// When a connection is shut out: `pool.front_end.ban.*`. NOMP and miningcore have this rule.
struct BanConfig {
  std::int64_t after_shares = 0;  // judged, between two looks; 0: never
  double bad_part = 0.5;          // of them that must be bad
  double ban_s = 600.0;
};

/// The score of one connection: good and bad shares since the last look.
class BanScore {
 public:
  bool banned(Time now) const { return now < until_; }
  Time until() const { return until_; }
  /// A share was judged; whether that bans the connection.
  bool add(const BanConfig& config, Time now, bool good) {
    if (config.after_shares == 0) return false;
    ++(good ? good_ : bad_);
    if (good_ + bad_ < config.after_shares) return false;
    const bool ban =
        static_cast<double>(bad_) >= config.bad_part * static_cast<double>(good_ + bad_);
    good_ = bad_ = 0;
    if (ban) until_ = now + Time::seconds(config.ban_s);
    return ban;
  }

 private:
  std::int64_t good_ = 0;
  std::int64_t bad_ = 0;
  Time until_;
};

}  // namespace aicmp
