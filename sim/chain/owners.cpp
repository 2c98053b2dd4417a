#include "sim/chain/owners.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

/// Position inside an interval; below 1 whatever the rounding.
double within(double value, double begin, double width) {
  return std::clamp((value - begin) / width, 0.0, 1.0 - 0x1p-53);
}

}  // namespace

void add_options(OptionTable& table, OtherPool& pool) {
  table.add("name", pool.name, "Name of the pool.");
  table.add("share", pool.share, "", Limits::between(0.0, 1.0),
            "Its share of the hash rate outside our pool; the shares sum to 1 at most.");
}

Owners::Owners(std::vector<OtherPool> pools) : pools_(std::move(pools)) {
  double sum = 0.0;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    const std::string key = fmt::format("network.pools[{}]", i);
    const OtherPool& pool = pools_[i];
    if (pool.name.empty()) throw ConfigError({}, key + ".name", "a pool needs a name");
    const auto same = [&](const OtherPool& other) { return other.name == pool.name; };
    if (std::any_of(pools_.begin(), pools_.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      throw ConfigError({}, key + ".name", fmt::format("'{}' is listed twice", pool.name));
    }
    if (!Limits::between(0.0, 1.0).contains(pool.share)) {
      throw ConfigError({}, key + ".share", fmt::format("{} is not a share", pool.share), "[0, 1]");
    }
    sum += pool.share;
  }
  constexpr double kRoundingOfShares = 1e-9;
  if (sum > 1.0 + kRoundingOfShares) {
    throw ConfigError({}, "network.pools", fmt::format("shares sum to {}", sum), "at most 1");
  }
}

Winner Owners::winner(double uniform, double our_share) const {
  if (uniform < our_share) return {kOurPool, within(uniform, 0.0, our_share)};
  const double outside = within(uniform, our_share, 1.0 - our_share);
  double begin = 0.0;
  OwnerId owner = kOurPool;
  for (const OtherPool& pool : pools_) {
    ++owner;
    if (outside < begin + pool.share) return {owner, within(outside, begin, pool.share)};
    begin += pool.share;
  }
  return {kNobody, within(outside, begin, 1.0 - begin)};
}

double Owners::share(OwnerId owner, double our_share) const {
  if (owner == kNobody) return 0.0;
  if (owner == kOurPool) return our_share;
  return (1.0 - our_share) * pools_[static_cast<std::size_t>(owner - 1)].share;
}

OwnerId Owners::find(const std::string& name) const {
  const auto same = [&](const OtherPool& pool) { return pool.name == name; };
  const auto found = std::find_if(pools_.begin(), pools_.end(), same);
  return found == pools_.end() ? kNobody : 1 + static_cast<OwnerId>(found - pools_.begin());
}

const std::string& Owners::name(OwnerId owner) const {
  static const std::string our_pool = "our pool";
  static const std::string others = "others";
  if (owner == kNobody) return others;
  return owner == kOurPool ? our_pool : pools_[static_cast<std::size_t>(owner - 1)].name;
}

}  // namespace aicmp
