#include "sim/game/pool_choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/game/root.hpp"

namespace aicmp {
namespace {

constexpr double kBlocksPerDay = 144.0;
constexpr double kRiskHorizonDays = 100.0;
constexpr double kMaxProfiles = 1e6;
constexpr double kTie = 1e-12;  // relative differences that rounding can make

void require(bool good, const std::string& what, const std::string& why) {
  if (!good) throw ConfigError({}, what, why);
}

/// The next profile in the order of enumeration; false after the last.
bool advance(Profile& profile, std::size_t pools) {
  for (std::size_t i = profile.size(); i-- > 0;) {
    if (++profile[i] < pools) return true;
    profile[i] = 0;
  }
  return false;
}

}  // namespace

double cara_equivalent(double mean_count, double size, double alpha) {
  AICMP_ASSERT(mean_count >= 0.0 && size >= 0.0 && alpha >= 0.0);
  if (alpha == 0.0) return mean_count * size;
  return mean_count / alpha * -std::expm1(-alpha * size);
}

double MinerType::fair_income_per_day() const {
  return kBlocksPerDay * network_share;
}

double MinerType::alpha() const {
  return risk_aversion / (kRiskHorizonDays * fair_income_per_day());
}

void PoolChoiceGame::check() const {
  require(!types.empty(), "types", "at least one is needed");
  require(!pools.empty(), "pools", "at least one is needed");
  double network = 0.0;
  for (const MinerType& type : types) {
    const std::string what = fmt::format("type '{}'", type.name);
    require(type.count >= 1, what, "count must be at least 1");
    require(type.network_share > 0.0 && type.network_share <= 1.0, what,
            "network share must be in (0, 1]");
    require(std::isfinite(type.risk_aversion) && type.risk_aversion >= 0.0, what,
            "risk aversion must be a number >= 0");
    network += type.count * type.network_share;
  }
  for (const PoolOffer& pool : pools) {
    const std::string what = fmt::format("pool '{}'", pool.name);
    require(pool.fee >= 0.0 && pool.fee < 1.0, what, "fee must be in [0, 1)");
    require(pool.eta >= 0.0 && pool.eta <= 1.0, what, "eta must be in [0, 1]");
    require(pool.outside_share >= 0.0 && pool.outside_share <= 1.0, what,
            "hash rate outside must be in [0, 1]");
    require(pool.outside_share == 0.0 || (pool.rule == PoolOffer::Rule::kShared && pool.eta == 1.0),
            what, "hash rate outside needs proportional pay");
    network += pool.outside_share;
  }
  require(network <= 1.0 + kTie, "types", "together they exceed the network");
  require(std::isfinite(switching_cost) && switching_cost >= 0.0, "switching cost",
          "must be a number >= 0");
  require(std::pow(pools.size(), types.size()) <= kMaxProfiles, "types", "too many to enumerate");
}

double pool_worth(const PoolOffer& terms, double blocks_per_day, double weight,
                  const Company& others, double alpha) {
  if (terms.rule == PoolOffer::Rule::kSolo) {
    return cara_equivalent(blocks_per_day, 1.0 - terms.fee, alpha);
  }
  const double all_blocks = blocks_per_day + others.blocks_per_day;
  const double part =
      (1.0 - terms.fee) * ((1.0 - terms.by_work) * weight / (weight + others.weight) +
                           terms.by_work * blocks_per_day / all_blocks);
  return terms.rule == PoolOffer::Rule::kPps ? part * all_blocks
                                             : cara_equivalent(all_blocks, part, alpha);
}

double pool_worth(const PoolChoiceGame& game, const Profile& profile, std::size_t type,
                  std::size_t pool) {
  AICMP_ASSERT(profile.size() == game.types.size());
  const MinerType& miner = game.types[type];
  const PoolOffer& terms = game.pools[pool];
  const double fair = miner.fair_income_per_day();
  // Weights relative to the miner, whose own is 1.
  Company others{kBlocksPerDay * terms.outside_share, terms.outside_share / miner.network_share};
  for (std::size_t i = 0; i < game.types.size(); ++i) {
    if (profile[i] != pool) continue;
    const MinerType& other = game.types[i];
    const int count = other.count - (i == type ? 1 : 0);
    others.blocks_per_day += count * other.fair_income_per_day();
    others.weight += count * std::pow(other.network_share / miner.network_share, terms.eta);
  }
  return pool_worth(terms, fair, 1.0, others, miner.alpha()) / fair;
}

std::size_t best_pool(const PoolChoiceGame& game, const Profile& profile, std::size_t type) {
  std::size_t best = profile[type];
  double worth = pool_worth(game, profile, type, best) + game.switching_cost + kTie;
  for (std::size_t pool = 0; pool < game.pools.size(); ++pool) {
    if (pool == profile[type]) continue;
    const double other = pool_worth(game, profile, type, pool);
    if (other > worth) std::tie(best, worth) = std::pair(pool, other);
  }
  return best;
}

std::vector<Profile> type_symmetric_equilibria(const PoolChoiceGame& game) {
  game.check();
  std::vector<Profile> equilibria;
  Profile profile(game.types.size(), 0);
  do {
    std::size_t type = 0;
    while (type < profile.size() && best_pool(game, profile, type) == profile[type]) ++type;
    if (type == profile.size()) equilibria.push_back(profile);
  } while (advance(profile, game.pools.size()));
  return equilibria;
}

ChoicePath follow_best_responses(const PoolChoiceGame& game, const Profile& start) {
  game.check();
  AICMP_ASSERT(start.size() == game.types.size());
  ChoicePath path{{start}, 0};
  Profile profile = start;
  std::map<std::pair<Profile, std::size_t>, std::size_t> seen;  // state and turn: index of the step
  std::size_t idle = 0;
  for (std::size_t turn = 0; idle < profile.size(); turn = (turn + 1) % profile.size()) {
    const std::size_t pool = best_pool(game, profile, turn);
    if (pool == profile[turn]) {
      ++idle;
      continue;
    }
    idle = 0;
    profile[turn] = pool;
    const auto [known, is_new] = seen.try_emplace({profile, turn}, path.steps.size());
    if (!is_new) {
      path.cycle_begin = known->second;
      return path;
    }
    path.steps.push_back(profile);
  }
  path.cycle_begin = path.steps.size();
  return path;
}

double indifferent_eta(PoolChoiceGame game, std::size_t type, std::size_t eta_pool,
                       std::size_t other) {
  game.check();
  AICMP_ASSERT(game.pools.at(eta_pool).rule == PoolOffer::Rule::kShared && other != eta_pool);
  AICMP_ASSERT(game.pools[eta_pool].outside_share == 0.0);
  const Profile all_in(game.types.size(), eta_pool);
  const double leaving = pool_worth(game, all_in, type, other);
  const auto stays = [&](double eta) {
    game.pools[eta_pool].eta = eta;
    return pool_worth(game, all_in, type, eta_pool) - leaving;
  };
  if (stays(1.0) < 0.0) return std::numeric_limits<double>::infinity();
  if (stays(0.0) >= 0.0) return 0.0;
  return find_root(stays, 0.0, 1.0);
}

}  // namespace aicmp
