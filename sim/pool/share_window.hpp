#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/pool/work_window.hpp"

namespace aicmp {

/// Keeps every share: exact order, for `share` fidelity. Shares come and go by rows of groups, only
/// the row that holds the window's start is walked share by share, and only when somebody asks; so
/// a share costs little more than its four bytes in the log.
class ShareWindow final : public WorkWindow {
 public:
  ShareWindow(std::size_t miners, OldestShare oldest);
  /// Only batches of single shares.
  void add(const WorkBatch& batch) override;
  void set_length(double work) override;

  /// Shares kept, inside or not.
  std::size_t kept() const;

 private:
  struct Row {
    std::vector<ShareGroup> groups;
    std::vector<std::uint32_t> order;  // group of each share, oldest first
    double work = 0.0;
  };
  const ShareGroup& oldest() const { return rows_[head_].groups[rows_[head_].order[start_]]; }

  void cut() override;
  void grow();
  void forget();
  Row& row_for_new_shares();
  void drop_whole_rows();

  OldestShare oldest_share_;
  std::deque<Row> rows_;
  std::size_t head_ = 0;       // oldest row that is (partly) inside
  std::size_t start_ = 0;      // its oldest share that is (partly) inside
  double start_inside_ = 0.0;  // work of that share that is inside
  double outside_ = 0.0;       // work kept before the head row
};

}  // namespace aicmp
