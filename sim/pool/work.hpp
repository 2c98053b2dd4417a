#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/units.hpp"

namespace aicmp {

/// Two ways to compute one model (design: every share an event, or exact counts between events).
enum class Fidelity { kShare, kFlow };

/// One accepted share in the order of arrival (`share` fidelity). `work` is the difficulty bound to
/// its job when the job was issued, in difficulty-1 shares (economics.md 1.1: never the achieved
/// difficulty, never the connection's present one).
struct CreditedShare {
  Time time;
  std::uint32_t miner;
  double work;
};

/// Shares of one miner and one work each.
struct ShareGroup {
  std::uint32_t miner;
  std::int32_t count;
  double work;  // of one share
};

/// The shares accepted between two control points: every one in order (`share` fidelity), or counts
/// by miner whose order is unknown and exchangeable because rates were constant (`flow` fidelity).
/// One of the two forms is empty. Views are valid during the call they are passed to.
struct WorkBatch {
  Time begin;
  Time end;
  /// Changes whenever a rate or a difficulty changed: batches of one era are exchangeable.
  std::uint64_t era = 0;
  std::span<const CreditedShare> shares;
  std::span<const std::int32_t> counts;                   // by miner
  std::shared_ptr<const std::vector<double>> difficulty;  // by miner, work of one share of `counts`
  /// `shares` summed up, and of each share its group; both empty if not made (see ShareGroups).
  std::span<const ShareGroup> groups{};
  std::span<const std::uint32_t> order{};

  /// Calls visit(miner, count, work) for shares as they are summed up, in an order that says
  /// nothing: for those who need the work of a miner and not the order of shares.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const ShareGroup& group : groups) {
      visit(group.miner, std::int64_t{group.count}, group.count * group.work);
    }
    if (groups.empty()) {
      for (const CreditedShare& share : shares) visit(share.miner, std::int64_t{1}, share.work);
    }
    for (std::uint32_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) visit(i, std::int64_t{counts[i]}, counts[i] * (*difficulty)[i]);
    }
  }
};

/// A block that our pool found and that is on the best chain for now.
struct PoolBlock {
  std::uint64_t id = 0;  // unique within a run
  std::int64_t height = 0;
  Time time;
  std::uint32_t finder = 0;
  double difficulty = 0.0;
  Satoshi subsidy;
  Satoshi fees;

  Satoshi reward() const { return subsidy + fees; }
};

}  // namespace aicmp
