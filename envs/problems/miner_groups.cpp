#include "envs/problems/miner_groups.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {

namespace {

/// A group never leaves for good, so that it can come back, and pay per work stays finite.
constexpr double kLeastPart = 1e-6;
constexpr double kBestFee = -10.0;  // who is alone with little work is paid many times its work

void check_length(const std::vector<double>& list, std::size_t groups, const std::string& key) {
  if (list.size() == groups) return;
  throw ConfigError({}, key, fmt::format("{} numbers for {} groups", list.size(), groups),
                    "one for each of group_hash");
}

}  // namespace

void add_options(OptionTable& table, MinerGroupsConfig& config) {
  table.add("group_hash", config.hash, "", Limits::positive(),
            "Hash rate of each group of equal miners, in any unit.");
  table.add("group_miners", config.miners, "", Limits::at_least(1.0), "Miners of each group.");
  table.add("group_identities", config.identities, "", Limits::between(1.0, 1e6),
            "Identities that a miner of each group splits into while eta < 1.");
}

MinerGroups::MinerGroups(const MinerGroupsConfig& config, std::size_t most)
    : hash_(config.hash), miners_(config.miners), identities_(config.identities) {
  if (hash_.empty() || hash_.size() > most) {
    throw ConfigError({}, "group_hash", fmt::format("{} groups", hash_.size()),
                      fmt::format("1 to {}", most));
  }
  check_length(miners_, size(), "group_miners");
  check_length(identities_, size(), "group_identities");
  const double all = std::accumulate(hash_.begin(), hash_.end(), 0.0);
  for (double& hash : hash_) hash /= all;
}

double MinerGroups::in_pool(std::span<const double> part) const {
  double sum = 0.0;
  for (std::size_t i = 0; i < size(); ++i) sum += part[i] * hash_[i];
  return sum;
}

void MinerGroups::marginal_fees(std::span<const double> part, double fee, double eta,
                                std::span<double> out) const {
  if (eta >= 1.0) {
    std::fill(out.begin(), out.end(), fee);
    return;
  }
  // A miner's w^eta in k identities is k^(1-eta) w^eta; first all of them, then each one's part.
  double total = 0.0;
  double in_pool = 0.0;
  for (std::size_t i = 0; i < size(); ++i) {
    const double work = std::max(part[i], kLeastPart) * hash_[i] / miners_[i];
    out[i] = std::pow(identities_[i], 1.0 - eta) * std::pow(work, eta);
    total += miners_[i] * out[i];
    in_pool += miners_[i] * work;
  }
  for (std::size_t i = 0; i < size(); ++i) {
    const double work = std::max(part[i], kLeastPart) * hash_[i] / miners_[i];
    const double paid = out[i] / total;
    const double gained = paid + in_pool * paid * eta * (1.0 - paid) / work;
    out[i] = std::max(1.0 - (1.0 - fee) * gained, kBestFee);
  }
}

double part_in(double days, double per_week) {
  return 1.0 - std::pow(1.0 - per_week, days / 7.0);
}

double moved_part(double part, double advantage, const Churn& churn) {
  const double target = 1.0 / (1.0 + std::exp(-churn.sensitivity * advantage));
  return part + (target < part ? churn.leave : churn.join) * (target - part);
}

}  // namespace aicmp
