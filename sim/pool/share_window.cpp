#include "sim/pool/share_window.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kRowShares = 8192;      // fuller rows, and those
constexpr double kShareRowsPerLength = 16.0;  // of this part of the length, take no more shares

}  // namespace

ShareWindow::ShareWindow(std::size_t miners, OldestShare oldest)
    : WorkWindow(miners), oldest_share_(oldest) {}

void ShareWindow::add(const WorkBatch& batch) {
  AICMP_ASSERT(batch.counts.empty());
  if (batch.shares.empty()) return;
  const bool first = rows_.empty();
  Row& row = row_for_new_shares();
  const auto groups = static_cast<std::uint32_t>(row.groups.size());
  if (batch.groups.empty()) {
    for (const CreditedShare& share : batch.shares) {
      row.order.push_back(static_cast<std::uint32_t>(row.groups.size()));
      row.groups.push_back({share.miner, 1, share.work});
    }
  } else {
    row.groups.insert(row.groups.end(), batch.groups.begin(), batch.groups.end());
    for (const std::uint32_t group : batch.order) row.order.push_back(groups + group);
  }
  batch.for_each([&](std::uint32_t miner, std::int64_t count, double work) {
    enter(miner, count, work);
    row.work += work;
  });
  if (first) start_inside_ = oldest().work;
  drop_whole_rows();
  forget();
}

ShareWindow::Row& ShareWindow::row_for_new_shares() {
  const bool joins = !rows_.empty() && rows_.back().order.size() < kRowShares &&
                     rows_.back().work * kShareRowsPerLength < length_;
  return joins ? rows_.back() : rows_.emplace_back();
}

void ShareWindow::set_length(double work) {
  length_ = work;
  grow();
  cut();
  forget();
}

void ShareWindow::cut() {
  drop_whole_rows();
  while (total_ > length_ && !rows_.empty()) {
    const ShareGroup& share = oldest();
    const double excess = total_ - length_;
    const bool last_of_row = start_ + 1 == rows_[head_].order.size();
    if (start_inside_ > excess || (last_of_row && head_ + 1 == rows_.size())) {
      if (oldest_share_ == OldestShare::kWhole) return;
      const double out = std::min(excess, start_inside_);
      leave(share.miner, 0, out);
      start_inside_ -= out;
      return;
    }
    leave(share.miner, 1, start_inside_);
    ++start_;
    if (last_of_row) {
      outside_ += rows_[head_].work;
      ++head_;
      start_ = 0;
    }
    start_inside_ = oldest().work;
    if (last_of_row) drop_whole_rows();
  }
}

/// Lets rows go that are outside wherever the window's start falls.
void ShareWindow::drop_whole_rows() {
  while (head_ + 1 < rows_.size() && start_ == 0 && start_inside_ == oldest().work &&
         rows_[head_].work <= total_ - length_) {
    for (const ShareGroup& group : rows_[head_].groups) {
      leave(group.miner, group.count, group.count * group.work);
    }
    outside_ += rows_[head_].work;
    ++head_;
    start_inside_ = oldest().work;
  }
}

void ShareWindow::grow() {
  while (total_ < length_ && !rows_.empty()) {
    const double hidden = oldest().work - start_inside_;
    enter(oldest().miner, 0, hidden);
    start_inside_ += hidden;
    if (total_ >= length_ || (head_ == 0 && start_ == 0)) return;
    if (start_ == 0) {
      --head_;
      outside_ -= rows_[head_].work;
      start_ = rows_[head_].order.size();
    }
    --start_;
    start_inside_ = oldest().work;
    enter(oldest().miner, 1, start_inside_);
  }
}

void ShareWindow::forget() {
  while (head_ > 0 && outside_ - rows_.front().work > (kKeptLengths - 1.0) * length_) {
    outside_ -= rows_.front().work;
    rows_.pop_front();
    --head_;
  }
}

std::size_t ShareWindow::kept() const {
  std::size_t shares = 0;
  for (const Row& row : rows_) shares += row.order.size();
  return shares;
}

}  // namespace aicmp
