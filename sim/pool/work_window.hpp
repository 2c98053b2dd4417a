#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// How the oldest share of a window counts when only part of its work is inside (economics.md 1.1).
enum class OldestShare { kFraction, kWhole };

/// The pool's last `length` units of credited work, by miner: the window of PPLNS and its
/// relatives. Work that has left is kept up to 4 lengths, so that a retarget (at most x4) can
/// re-cut it at once.
class WorkWindow {
 public:
  virtual ~WorkWindow() = default;

  /// Appends accepted work; the window's start follows at the next call of inside().
  virtual void add(const WorkBatch& batch) = 0;
  /// Sets the length in difficulty-1 shares and re-cuts: work that had left can come back.
  virtual void set_length(double work) = 0;

  /// Work inside by miner, now; exactly 0 for a miner without a share inside.
  std::span<const double> inside() {
    cut();
    return by_miner_;
  }
  /// Work inside at the last call of inside(); below length() while the window is unfilled.
  double total() const { return total_; }
  double length() const { return length_; }

 protected:
  explicit WorkWindow(std::size_t miners) : by_miner_(miners, 0.0), counts_(miners, 0) {}

  virtual void cut() = 0;
  void enter(std::uint32_t miner, std::int64_t count, double work);
  void leave(std::uint32_t miner, std::int64_t count, double work);

  double length_ = 0.0;
  double total_ = 0.0;
  std::vector<double> by_miner_;
  std::vector<std::int64_t> counts_;  // shares inside: tells an empty miner from rounding dust
};

/// Keeps every share: exact order, for `share` fidelity. O(1) amortised per share.
class ShareWindow final : public WorkWindow {
 public:
  ShareWindow(std::size_t miners, OldestShare oldest);
  void add(const WorkBatch& batch) override;
  void set_length(double work) override;

 private:
  struct Entry {
    double work;
    std::uint32_t miner;
  };
  void cut() override;
  void grow();
  void forget();

  OldestShare oldest_;
  std::deque<Entry> log_;
  std::size_t head_ = 0;      // oldest entry that is (partly) inside
  double head_inside_ = 0.0;  // work of the head entry that is inside
  double outside_ = 0.0;      // work kept before the head entry
};

/// Keeps rows of counts: for `flow` fidelity, memory O(miners) whatever the number of shares. Where
/// the window's start falls inside a row, each share of it is inside with equal probability.
class RowWindow final : public WorkWindow {
 public:
  RowWindow(std::size_t miners, const WorldKey& key, std::uint32_t entity);
  void add(const WorkBatch& batch) override;
  void set_length(double work) override;

 private:
  struct Row {
    std::uint64_t era;
    std::vector<std::int32_t> counts;
    std::shared_ptr<const std::vector<double>> difficulty;
    double work = 0.0;
  };
  void cut() override;
  void grow();
  void forget();
  void take_head();

  Rng rng_;
  std::deque<Row> rows_;
  std::size_t head_ = 0;                   // oldest row that is (partly) inside
  std::vector<std::int32_t> head_counts_;  // shares of the head row that are inside
  double head_work_ = 0.0;
  double outside_ = 0.0;  // work kept before the head row
};

/// The window that fits the fidelity: rows for flow batches, single shares otherwise. `entity`
/// separates the random cuts of several windows of one world.
std::unique_ptr<WorkWindow> make_work_window(Fidelity fidelity, std::size_t miners,
                                             const WorldKey& key, std::uint32_t entity,
                                             OldestShare oldest);

}  // namespace aicmp
