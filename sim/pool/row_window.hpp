#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sim/pool/work_window.hpp"

namespace aicmp {

/// Keeps rows of counts, for `flow` fidelity: memory O(miners) whatever the number of shares, and
/// the law of ShareWindow. The shares of a row are exchangeable, so which of them are inside is
/// drawn when the window's start falls into their row. O(miners) per batch and per cut.
class RowWindow final : public WorkWindow {
 public:
  RowWindow(std::size_t miners, OldestShare oldest, const WorldKey& key, std::uint32_t entity);
  void add(const WorkBatch& batch) override;
  void set_length(double work) override;

  /// Rows kept, inside or not.
  std::size_t kept() const { return rows_.size(); }

 private:
  /// Shares in random order: counts by miner, or a single share of `miner` if counts is empty.
  struct Row {
    std::uint64_t era = 0;
    std::vector<std::int32_t> counts;
    std::shared_ptr<const std::vector<double>> difficulty;
    std::uint32_t miner = 0;
    std::int64_t shares = 0;
    double work = 0.0;

    double share_work(std::uint32_t i) const { return counts.empty() ? work : (*difficulty)[i]; }
  };
  /// Some whole shares of the head row.
  struct Part {
    std::vector<std::int32_t> counts;
    std::int64_t shares = 0;
    double work = 0.0;
  };
  /// The share of the head row that the window's start cuts, in neither Part; none if work is 0.
  struct OldestInside {
    std::uint32_t miner = 0;
    double work = 0.0;
    double inside = 0.0;
  };

  void cut() override { balance(); }
  void balance();
  bool shrink();
  bool extend();
  void append_counts(const WorkBatch& batch);
  void append_share(const CreditedShare& share, std::uint64_t era);
  void open_head(Part& full, Part& empty);
  void drop_head();
  void drop_whole_rows();
  void forget();
  void hide(std::uint32_t miner, std::int32_t count);
  void show(std::uint32_t miner, std::int32_t count);
  void take(Part& part, std::uint32_t miner, std::int32_t count) const;
  void put(Part& part, std::uint32_t miner, std::int32_t count) const;
  std::uint32_t pick(const Part& part);
  template <typename Move>
  void move_some(const Part& from, double probability, Move move);

  OldestShare oldest_share_;
  Rng rng_;
  std::deque<Row> rows_;
  std::size_t head_ = 0;  // oldest row that is (partly) inside
  Part inside_;
  Part hidden_;
  OldestInside oldest_;
  double outside_ = 0.0;  // work kept before the head row
};

}  // namespace aicmp
