#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// Somebody steals what accounts log in with and has their payouts sent to himself:
/// `attack.theft.*`.
struct TheftConfig {
  double per_account_year = 0.0;  // attempts that get a password; 0: no theft
  double part = 1.0;              // of each payout that goes to the thief
  double notice_days = 7.0;       // mean, exponential, until the owner notices
  double key_part = 0.1;          // of the attempts that get a private key as well
  double cost_usd = 50.0;         // of an attempt

  bool exists() const { return per_account_year > 0.0; }
};

/// How accounts prove who they are: `pool.login.*`.
struct LoginConfig {
  bool certificates = false;   // instead of passwords
  double rotation_days = 0.0;  // certificates: age at which keys are replaced; 0: never
};

void add_options(OptionTable& table, TheftConfig& config);
void add_options(OptionTable& table, LoginConfig& config);

/// Which accounts are in a thief's hands. An account is his until its owner notices or its keys are
/// replaced, whichever comes first; with keys of an age that is uniform when they are stolen, for
///   m                                        with passwords,
///   m (1 - m/R (1 - e^(-R/m)))               with keys replaced every R
/// on average, m being the mean time to notice. The caller asks for next() and calls step() then.
class Theft {
 public:
  Theft(const TheftConfig& config, const LoginConfig& login, std::size_t accounts,
        const WorldKey& key);

  /// When step() is due; Time::forever() if there are no thefts.
  Time next() const;
  /// The account whose owner noticed its theft by that, if any.
  std::optional<std::uint32_t> step();
  bool has(std::uint32_t account) const { return stolen_[account]; }
  /// All that each account was paid so far under a scheme; what came since the last call is the
  /// thief's where has().
  void see_payouts(std::size_t scheme, std::span<const Satoshi> paid);

  std::int64_t attempts() const { return attempts_; }
  std::int64_t thefts() const { return thefts_; }
  /// Accounts that were given back, and the sum of days that they had been the thief's.
  std::int64_t ended() const { return ended_; }
  double held_days() const { return held_days_; }
  /// Those of them that their owners noticed, after so many days together; the others ended by new
  /// keys.
  std::int64_t noticed() const { return noticed_; }
  double noticed_days() const { return noticed_days_; }
  /// Under a scheme, by account; empty before its first payouts.
  std::span<const double> taken_sat(std::size_t scheme) const {
    if (scheme >= schemes_.size()) return {};
    return schemes_[scheme].taken_sat;
  }

 private:
  struct Loot {
    std::vector<Satoshi> paid;
    std::vector<double> taken_sat;
  };
  struct End {
    Time time;
    std::uint32_t account;
    Time begin;
    bool noticed;
    bool operator>(const End& other) const {
      return std::pair(time, account) > std::pair(other.time, other.account);
    }
  };
  void schedule();
  void attempt();

  TheftConfig config_;
  LoginConfig login_;
  Rng rng_;
  double attempts_per_s_ = 0.0;
  Time next_attempt_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  std::vector<bool> stolen_;
  std::vector<Loot> schemes_;
  std::int64_t attempts_ = 0;
  std::int64_t thefts_ = 0;
  std::int64_t ended_ = 0;
  double held_days_ = 0.0;
  std::int64_t noticed_ = 0;
  double noticed_days_ = 0.0;
};

}  // namespace aicmp
