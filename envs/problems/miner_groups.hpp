#pragma once

#include <span>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

/// Groups of equal miners who divide their hash rate between a pool and elsewhere; lists of equal
/// length.
struct MinerGroupsConfig {
  std::vector<double> hash = {1.0};        // of a group, in any unit
  std::vector<double> miners = {20.0};     // in it
  std::vector<double> identities = {1.0};  // that a miner splits into while eta < 1
};

void add_options(OptionTable& table, MinerGroupsConfig& config);

/// How miners follow what pays: asymmetric, as customers who are slow to come and quick to go.
struct Churn {
  double sensitivity = 0.0;  // of log odds, per unit of fee
  double leave = 0.0;        // part of those who want to leave that does in a step
  double join = 0.0;         // the same of those who want to join
};

/// What a part per week is in a step of `days`.
double part_in(double days, double per_week);

/// What a pool that pays by the eta rule means to groups of miners (economics, section 2.4).
class MinerGroups {
 public:
  /// Throws ConfigError with keys under `prefix`; at most `most` groups.
  MinerGroups(const MinerGroupsConfig& config, std::size_t most);

  std::size_t size() const { return hash_.size(); }
  /// A group's part of the hash rate of all groups; they sum to 1.
  double hash(std::size_t group) const { return hash_[group]; }

  /// Part of all hash rate that is in the pool, by the part of each group.
  double in_pool(std::span<const double> part) const;
  /// 1 - d pay / d work of a miner who moves a little of its hash rate into the pool: what a
  /// divisible miner compares with the fee elsewhere. 1 - (1 - fee) (1/n + eta (1 - 1/n)) for n
  /// equal miners.
  void marginal_fees(std::span<const double> part, double fee, double eta,
                     std::span<double> out) const;

 private:
  std::vector<double> hash_;
  std::vector<double> miners_;
  std::vector<double> identities_;
};

/// The part of a group in the pool after a step, if `advantage` is how much lower than elsewhere
/// its fee is: a logistic target, approached by those who join or leave.
double moved_part(double part, double advantage, const Churn& churn);

}  // namespace aicmp
