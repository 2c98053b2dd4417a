#include "sim/pool/share_groups.hpp"

#include <algorithm>

namespace aicmp {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

}  // namespace

ShareGroups::ShareGroups(std::size_t miners) : latest_(miners, kNone) {}

void ShareGroups::add_to(WorkBatch& batch) {
  groups_.clear();
  order_.resize(std::max(order_.size(), batch.shares.size()));
  std::uint32_t* const latest = latest_.data();
  std::uint32_t* order = order_.data();
  for (const CreditedShare& share : batch.shares) {
    std::uint32_t group = latest[share.miner];
    if (group == kNone || groups_[group].work != share.work) {
      group = static_cast<std::uint32_t>(groups_.size());
      groups_.push_back({share.miner, 0, share.work});
      latest[share.miner] = group;
    }
    ++groups_[group].count;
    *order++ = group;
  }
  for (const ShareGroup& group : groups_) latest[group.miner] = kNone;
  batch.groups = groups_;
  batch.order = {order_.data(), batch.shares.size()};
}

}  // namespace aicmp
