#include "sim/pool/share_window.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace aicmp {

ShareWindow::ShareWindow(std::size_t miners, OldestShare oldest)
    : WorkWindow(miners), oldest_(oldest) {}

void ShareWindow::add(const WorkBatch& batch) {
  AICMP_ASSERT(batch.counts.empty());
  for (const CreditedShare& share : batch.shares) {
    log_.push_back({share.work, share.miner});
    if (head_ + 1 == log_.size()) head_inside_ = share.work;
    enter(share.miner, 1, share.work);
    cut();
  }
  forget();
}

void ShareWindow::set_length(double work) {
  length_ = work;
  grow();
  cut();
  forget();
}

void ShareWindow::cut() {
  while (total_ > length_ && head_ < log_.size()) {
    const Entry& oldest = log_[head_];
    const double excess = total_ - length_;
    if (head_inside_ > excess || head_ + 1 == log_.size()) {
      if (oldest_ == OldestShare::kWhole) return;
      const double out = std::min(excess, head_inside_);
      leave(oldest.miner, 0, out);
      head_inside_ -= out;
      return;
    }
    leave(oldest.miner, 1, head_inside_);
    outside_ += oldest.work;
    ++head_;
    head_inside_ = log_[head_].work;
  }
}

void ShareWindow::grow() {
  while (total_ < length_ && head_ < log_.size()) {
    const double hidden = log_[head_].work - head_inside_;
    enter(log_[head_].miner, 0, hidden);
    head_inside_ += hidden;
    if (total_ >= length_ || head_ == 0) return;
    --head_;
    outside_ -= log_[head_].work;
    head_inside_ = log_[head_].work;
    enter(log_[head_].miner, 1, head_inside_);
  }
}

void ShareWindow::forget() {
  while (head_ > 0 && outside_ - log_.front().work > (kKeptLengths - 1.0) * length_) {
    outside_ -= log_.front().work;
    log_.pop_front();
    --head_;
  }
}

}  // namespace aicmp
