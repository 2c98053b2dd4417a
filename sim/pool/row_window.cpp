#include "sim/pool/row_window.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

constexpr double kRowsPerLength = 16.0;  // smaller rows are joined
constexpr double kSinglePicks = 16.0;    // fewer shares than this are moved one by one

}  // namespace

RowWindow::RowWindow(std::size_t miners, OldestShare oldest, const WorldKey& key,
                     std::uint32_t entity)
    : WorkWindow(miners), oldest_share_(oldest), rng_(key, StreamId::kWindowCut, entity) {
  inside_.counts.assign(miners, 0);
  hidden_.counts.assign(miners, 0);
}

void RowWindow::add(const WorkBatch& batch) {
  if (!batch.counts.empty()) append_counts(batch);
  for (const CreditedShare& share : batch.shares) append_share(share, batch.era);
  drop_whole_rows();
  forget();
}

void RowWindow::append_counts(const WorkBatch& batch) {
  std::int64_t shares = 0;
  double added = 0.0;
  batch.for_each([&](std::uint32_t miner, std::int64_t count, double work) {
    shares += count;
    added += work;
    enter(miner, count, work);
  });
  if (shares == 0) return;
  // The head row takes no new shares: its hidden ones are older than any that come now.
  const bool joins = rows_.size() > head_ + 1 && rows_.back().era == batch.era &&
                     !rows_.back().counts.empty() && rows_.back().work * kRowsPerLength < length_ &&
                     rows_.back().shares + shares <= std::numeric_limits<std::int32_t>::max();
  if (joins) {
    Row& row = rows_.back();
    for (std::size_t i = 0; i < batch.counts.size(); ++i) row.counts[i] += batch.counts[i];
    row.shares += shares;
    row.work += added;
    return;
  }
  rows_.push_back(
      {batch.era, {batch.counts.begin(), batch.counts.end()}, batch.difficulty, 0, shares, added});
  if (rows_.size() == head_ + 1) open_head(inside_, hidden_);
}

void RowWindow::append_share(const CreditedShare& share, std::uint64_t era) {
  enter(share.miner, 1, share.work);
  rows_.push_back({era, {}, nullptr, share.miner, 1, share.work});
  if (rows_.size() == head_ + 1) open_head(inside_, hidden_);
}

void RowWindow::set_length(double work) {
  length_ = work;
  balance();
  forget();
}

void RowWindow::balance() {
  if (rows_.empty()) return;
  while (total_ > length_ ? shrink() : total_ < length_ && extend()) {
  }
  forget();
}

/// Moves the window's start towards newer shares; false when it is where it belongs.
bool RowWindow::shrink() {
  const double excess = total_ - length_;
  if (oldest_.work > 0.0) {
    if (oldest_.inside > excess) {
      if (oldest_share_ == OldestShare::kWhole) return false;
      leave(oldest_.miner, 0, excess);
      oldest_.inside -= excess;
      total_ = length_;
      return false;
    }
    leave(oldest_.miner, 1, oldest_.inside);
    put(hidden_, oldest_.miner, 1);
    oldest_ = {};
    return true;
  }
  const bool has_newer = head_ + 1 < rows_.size();
  if (inside_.shares == 0 || (inside_.work <= excess && has_newer)) {
    if (has_newer) drop_head();
    return has_newer;
  }
  const double leaving = std::min(1.0, excess / inside_.work);
  if (leaving * static_cast<double>(inside_.shares) > kSinglePicks) {
    move_some(inside_, leaving, [this](std::uint32_t i, std::int32_t n) { hide(i, n); });
    return true;
  }
  const std::uint32_t miner = pick(inside_);
  const double work = rows_[head_].share_work(miner);
  take(inside_, miner, 1);
  oldest_ = {miner, work, work};
  return true;
}

/// Moves the window's start towards older shares; false when there are none or it is where it
/// belongs.
bool RowWindow::extend() {
  const double missing = length_ - total_;
  if (oldest_.work > 0.0) {
    const double hidden = oldest_.work - oldest_.inside;
    if (hidden > missing) {
      enter(oldest_.miner, 0, missing);
      oldest_.inside += missing;
      total_ = length_;
      return false;
    }
    enter(oldest_.miner, 0, hidden);
    put(inside_, oldest_.miner, 1);
    oldest_ = {};
    return true;
  }
  if (hidden_.shares == 0) {
    if (head_ == 0) return false;
    --head_;
    outside_ -= rows_[head_].work;
    open_head(hidden_, inside_);
    return true;
  }
  const double returning = std::min(1.0, missing / hidden_.work);
  if (returning * static_cast<double>(hidden_.shares) > kSinglePicks || returning == 1.0) {
    move_some(hidden_, returning, [this](std::uint32_t i, std::int32_t n) { show(i, n); });
    return true;
  }
  const std::uint32_t miner = pick(hidden_);
  const double work = rows_[head_].share_work(miner);
  const double inside = oldest_share_ == OldestShare::kWhole ? work : 0.0;
  take(hidden_, miner, 1);
  enter(miner, 1, inside);
  oldest_ = {miner, work, inside};
  return true;
}

/// Puts every share of the head row into `full`.
void RowWindow::open_head(Part& full, Part& empty) {
  const Row& row = rows_[head_];
  std::fill(empty.counts.begin(), empty.counts.end(), 0);
  empty.shares = 0;
  empty.work = 0.0;
  if (row.counts.empty()) {
    std::fill(full.counts.begin(), full.counts.end(), 0);
    full.counts[row.miner] = 1;
  } else {
    std::copy(row.counts.begin(), row.counts.end(), full.counts.begin());
  }
  full.shares = row.shares;
  full.work = row.work;
}

void RowWindow::drop_head() {
  const Row& row = rows_[head_];
  if (oldest_.work > 0.0) leave(oldest_.miner, 1, oldest_.inside);
  for (std::uint32_t i = 0; i < inside_.counts.size(); ++i) {
    if (inside_.counts[i] == 0) continue;
    leave(i, inside_.counts[i], inside_.counts[i] * row.share_work(i));
  }
  oldest_ = {};
  outside_ += row.work;
  ++head_;
  open_head(inside_, hidden_);
}

/// Lets rows go that are outside wherever the window's start falls.
void RowWindow::drop_whole_rows() {
  while (head_ + 1 < rows_.size() && total_ - inside_.work - oldest_.inside >= length_) {
    drop_head();
  }
}

void RowWindow::forget() {
  while (head_ > 0 && outside_ - rows_.front().work > (kKeptLengths - 1.0) * length_) {
    outside_ -= rows_.front().work;
    rows_.pop_front();
    --head_;
  }
}

void RowWindow::hide(std::uint32_t miner, std::int32_t count) {
  leave(miner, count, count * rows_[head_].share_work(miner));
  take(inside_, miner, count);
  put(hidden_, miner, count);
}

void RowWindow::show(std::uint32_t miner, std::int32_t count) {
  enter(miner, count, count * rows_[head_].share_work(miner));
  take(hidden_, miner, count);
  put(inside_, miner, count);
}

void RowWindow::take(Part& part, std::uint32_t miner, std::int32_t count) const {
  part.counts[miner] -= count;
  part.shares -= count;
  part.work = part.shares == 0 ? 0.0 : part.work - count * rows_[head_].share_work(miner);
}

void RowWindow::put(Part& part, std::uint32_t miner, std::int32_t count) const {
  part.counts[miner] += count;
  part.shares += count;
  part.work += count * rows_[head_].share_work(miner);
}

/// The miner of a share drawn evenly.
std::uint32_t RowWindow::pick(const Part& part) {
  auto rank = static_cast<std::int64_t>(uniform(rng_) * static_cast<double>(part.shares));
  std::uint32_t miner = 0;
  while (rank >= part.counts[miner]) rank -= part.counts[miner++];
  return miner;
}

/// Calls move(miner, count) for shares that are each chosen with `probability`.
template <typename Move>
void RowWindow::move_some(const Part& from, double probability, Move move) {
  const auto miners = static_cast<std::uint32_t>(from.counts.size());
  if (probability * static_cast<double>(from.shares) > 2.0 * miners || probability == 1.0) {
    for (std::uint32_t i = 0; i < miners; ++i) {
      const auto count = static_cast<std::int32_t>(binomial(rng_, from.counts[i], probability));
      if (count > 0) move(i, count);
    }
    return;
  }
  // Few are chosen: jump from one to the next, the gaps are geometric.
  const double log_stay = std::log1p(-probability);
  const auto gap = [&] { return std::floor(-exponential(rng_) / log_stay); };
  double next = gap();
  for (std::uint32_t i = 0; i < miners; ++i) {
    const double shares = from.counts[i];
    std::int32_t count = 0;
    for (; next < shares; next += 1.0 + gap()) ++count;
    next -= shares;
    if (count > 0) move(i, count);
  }
}

}  // namespace aicmp
