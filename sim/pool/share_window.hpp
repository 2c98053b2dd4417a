#pragma once

#include <cstdint>
#include <deque>

#include "sim/pool/work_window.hpp"

namespace aicmp {

/// Keeps every share: exact order, for `share` fidelity. O(1) amortised per share.
class ShareWindow final : public WorkWindow {
 public:
  ShareWindow(std::size_t miners, OldestShare oldest);
  /// Only batches of single shares.
  void add(const WorkBatch& batch) override;
  void set_length(double work) override;

  /// Shares kept, inside or not.
  std::size_t kept() const { return log_.size(); }

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

}  // namespace aicmp
