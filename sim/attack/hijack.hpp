#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// Somebody between miners and the pool gives them work of his own: `attack.hijack.*`. Plain
/// Stratum V1 lets him; over an encrypted channel he can do nothing.
struct HijackConfig {
  double miners_part = 0.0;  // of the miners, drawn one by one; 0: no hijack
  double part = 0.3;         // of their hash rate that he takes
  double begin_h = 0.0;
  double repair_h = 4.0;  // from the pool's notice until the miner has another way

  bool exists() const { return miners_part > 0.0; }
};

void add_options(OptionTable& table, HijackConfig& config);

/// Which miners are hijacked at present. The caller asks for next() and calls step() at that time.
class Hijack {
 public:
  Hijack(const HijackConfig& config, bool encrypted, std::size_t miners, const WorldKey& key);

  /// When step() is due; Time::forever() if nothing more comes.
  Time next() const;
  void step();
  /// The pool noticed that the miner lost hash rate; repairs it unless that is under way.
  void notice(Time now, std::uint32_t miner);

  /// Part of a miner's hash rate that is taken.
  double taken(std::uint32_t miner) const {
    return is_taken_.empty() || !is_taken_[miner] ? 0.0 : config_.part;
  }
  std::int64_t victims() const { return victims_; }
  std::int64_t noticed() const { return noticed_; }
  /// Mean hours from the beginning to the notice, of those noticed.
  double mean_delay_h() const { return delay_h_ / static_cast<double>(noticed_); }

 private:
  HijackConfig config_;
  Time begin_ = Time::forever();
  std::vector<bool> chosen_;
  std::vector<bool> is_taken_;
  std::vector<bool> is_noticed_;
  std::set<std::pair<Time, std::uint32_t>> repairs_;
  std::int64_t victims_ = 0;
  std::int64_t noticed_ = 0;
  double delay_h_ = 0.0;
};

}  // namespace aicmp
