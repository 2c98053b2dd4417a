#include "sim/pool/work_window.hpp"

#include <algorithm>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr double kKeptLengths = 4.0;     // the retarget clamp
constexpr double kRowsPerLength = 16.0;  // rows below this share of the window are joined

}  // namespace

void WorkWindow::enter(std::uint32_t miner, std::int64_t count, double work) {
  counts_[miner] += count;
  by_miner_[miner] += work;
  total_ += work;
}

void WorkWindow::leave(std::uint32_t miner, std::int64_t count, double work) {
  counts_[miner] -= count;
  by_miner_[miner] = counts_[miner] == 0 ? 0.0 : std::max(0.0, by_miner_[miner] - work);
  total_ -= work;
}

ShareWindow::ShareWindow(std::size_t miners, OldestShare oldest)
    : WorkWindow(miners), oldest_(oldest) {}

void ShareWindow::add(const WorkBatch& batch) {
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
  while (head_ > 0 && outside_ > (kKeptLengths - 1.0) * length_) {
    outside_ -= log_.front().work;
    log_.pop_front();
    --head_;
  }
}

RowWindow::RowWindow(std::size_t miners, const WorldKey& key, std::uint32_t entity)
    : WorkWindow(miners), rng_(key, StreamId::kWindowCut, entity), head_counts_(miners, 0) {}

void RowWindow::add(const WorkBatch& batch) {
  if (batch.counts.empty() && batch.shares.empty()) return;
  const bool joins = !rows_.empty() && rows_.back().era == batch.era &&
                     rows_.back().work * kRowsPerLength < length_;
  if (!joins) {
    rows_.push_back(
        {batch.era, std::vector<std::int32_t>(by_miner_.size(), 0), batch.difficulty});
    if (head_ + 1 == rows_.size()) take_head();
  }
  Row& row = rows_.back();
  const bool is_head = head_ + 1 == rows_.size();
  batch.for_each([&](std::uint32_t miner, std::int64_t count, double work) {
    const auto added = static_cast<std::int32_t>(count);
    row.counts[miner] += added;
    row.work += work;
    enter(miner, count, work);
    if (is_head) {
      head_counts_[miner] += added;
      head_work_ += work;
    }
  });
}

void RowWindow::set_length(double work) {
  length_ = work;
  grow();
  cut();
  forget();
}

void RowWindow::take_head() {
  head_counts_ = rows_[head_].counts;
  head_work_ = rows_[head_].work;
}

void RowWindow::cut() {
  while (total_ > length_ && head_ < rows_.size()) {
    const double excess = total_ - length_;
    const std::vector<double>& difficulty = *rows_[head_].difficulty;
    const bool whole_row = excess >= head_work_ && head_ + 1 < rows_.size();
    const double leaving = whole_row ? 1.0 : std::min(1.0, excess / head_work_);
    double removed = 0.0;
    for (std::uint32_t i = 0; i < head_counts_.size(); ++i) {
      if (head_counts_[i] == 0) continue;
      const auto out = static_cast<std::int32_t>(
          whole_row ? head_counts_[i] : binomial(rng_, head_counts_[i], leaving));
      if (out == 0) continue;
      head_counts_[i] -= out;
      leave(i, out, out * difficulty[i]);
      removed += out * difficulty[i];
    }
    head_work_ -= removed;
    if (!whole_row) return;
    outside_ += rows_[head_].work;
    ++head_;
    take_head();
    forget();
  }
}

void RowWindow::grow() {
  while (total_ < length_ && head_ < rows_.size()) {
    const Row& row = rows_[head_];
    const double hidden = row.work - head_work_;
    const double returning = hidden <= 0.0 ? 1.0 : std::min(1.0, (length_ - total_) / hidden);
    for (std::uint32_t i = 0; i < head_counts_.size(); ++i) {
      const auto in =
          static_cast<std::int32_t>(binomial(rng_, row.counts[i] - head_counts_[i], returning));
      if (in == 0) continue;
      head_counts_[i] += in;
      head_work_ += in * (*row.difficulty)[i];
      enter(i, in, in * (*row.difficulty)[i]);
    }
    if (returning < 1.0 || head_ == 0) return;
    --head_;
    outside_ -= rows_[head_].work;
    std::fill(head_counts_.begin(), head_counts_.end(), 0);
    head_work_ = 0.0;
  }
}

void RowWindow::forget() {
  while (head_ > 0 && outside_ - rows_.front().work > (kKeptLengths - 1.0) * length_) {
    outside_ -= rows_.front().work;
    rows_.pop_front();
    --head_;
  }
}

std::unique_ptr<WorkWindow> make_work_window(Fidelity fidelity, std::size_t miners,
                                             const WorldKey& key, std::uint32_t entity,
                                             OldestShare oldest) {
  if (fidelity == Fidelity::kShare) return std::make_unique<ShareWindow>(miners, oldest);
  return std::make_unique<RowWindow>(miners, key, entity);
}

}  // namespace aicmp
