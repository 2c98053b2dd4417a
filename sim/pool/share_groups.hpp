#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/pool/work.hpp"

namespace aicmp {

/// Enough shares in a batch for groups to be worth while, few enough to stay in the cache.
inline constexpr std::size_t kSharesToGroup = 8192;

/// Groups the shares of a batch by miner and work, so that whoever needs no order pays by miner
/// instead of by share.
class ShareGroups {
 public:
  explicit ShareGroups(std::size_t miners);

  /// Fills `groups` and `order` of a batch from its `shares`; valid until the next call.
  void add_to(WorkBatch& batch);

 private:
  std::vector<std::uint32_t> latest_;  // group of the latest share by miner
  std::vector<ShareGroup> groups_;
  std::vector<std::uint32_t> order_;
};

}  // namespace aicmp
