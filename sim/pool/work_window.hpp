#pragma once

#include <cstdint>
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
  /// Work inside at the last call of inside(): length() up to rounding (kWhole: up to one share
  /// more), less while the window is unfilled.
  double total() const { return total_; }
  double length() const { return length_; }

 protected:
  /// Lengths of work kept inside and before the window: the retarget clamp.
  static constexpr double kKeptLengths = 4.0;

  explicit WorkWindow(std::size_t miners) : by_miner_(miners, 0.0), counts_(miners, 0) {}

  virtual void cut() = 0;

  void enter(std::uint32_t miner, std::int64_t count, double work) {
    counts_[miner] += count;
    by_miner_[miner] += work;
    total_ += work;
  }
  void leave(std::uint32_t miner, std::int64_t count, double work) {
    counts_[miner] -= count;
    const double left = by_miner_[miner] - work;
    by_miner_[miner] = counts_[miner] == 0 || left < 0.0 ? 0.0 : left;
    total_ -= work;
  }

  double length_ = 0.0;
  double total_ = 0.0;
  std::vector<double> by_miner_;
  std::vector<std::int64_t> counts_;  // shares (partly) inside: tells no work from rounding dust
};

/// The window that fits the fidelity: ShareWindow or RowWindow. `entity` separates the random cuts
/// of several windows of one world.
std::unique_ptr<WorkWindow> make_work_window(Fidelity fidelity, std::size_t miners,
                                             const WorldKey& key, std::uint32_t entity,
                                             OldestShare oldest);

}  // namespace aicmp
