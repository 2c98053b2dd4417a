#include <algorithm>
#include <cmath>
#include <deque>

#include "sim/pool/apportion.hpp"
#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {
namespace {

/// SLICE, also PPLNS-JD (Bonazzi and Merli, "PPLNS with Job Declaration", 2024-08-28; window of
/// whole slices as in the share accounting extension, message GetWindow.Success). A slice is a
/// stretch of shares whose templates are alike: a new one begins with a new block on the chain, and
/// when template fees have grown by delta. The window is the newest closed slices that hold X
/// difficulties of work. The subsidy is split by work in it; the block's fees F are split evenly
/// among its t slices, F / t each, and within a slice by work times template fees. Jobs are the
/// pool's here, alike for all miners, so within a slice fees split by work.
///
/// So a short slice's shares earn more of the fees. Counts between control points are spread over
/// the slices of their time in proportion to it; given the counts that is the mean.
class Slice final : public RewardScheme {
 public:
  Slice(const SchemeConfig& config, std::size_t miners)
      : RewardScheme(first_terms(config)),
        lengths_(config.window),
        delta_(std::llround(config.slice_delta_btc * static_cast<double>(kSatoshiPerBtc))),
        open_(miners, 0.0) {}

  void on_network(double difficulty, Satoshi) override { length_ = lengths_ * difficulty; }

  bool needs_templates() const override { return true; }

  void on_template(const PoolTemplate& next) override {
    if (!next.new_block && next.fees < reference_fees_ + delta_) return;
    reference_fees_ = next.fees;
    cuts_.push_back(next.time);
  }

  void on_work(const WorkBatch& batch, Book&) override {
    for (const CreditedShare& share : batch.shares) {
      while (!cuts_.empty() && cuts_.front() <= share.time) {
        close_open_slice();
        cuts_.pop_front();
      }
      open_[share.miner] += share.work;
      open_work_ += share.work;
    }
    if (!batch.counts.empty()) spread(batch);
    forget();
  }

  void on_block(const PoolBlock& block, Book& book) override {
    collect();
    std::vector<Satoshi> parts;
    std::vector<Satoshi> fee_parts;
    const Satoshi kept_of_subsidy = fee_of(block.subsidy, terms());
    const Satoshi kept_of_fees = fee_of(block.reward(), terms()) - kept_of_subsidy;
    apportion(block.subsidy - kept_of_subsidy, by_work_, parts);
    apportion(block.fees - kept_of_fees, by_slice_, fee_parts);
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] += fee_parts[i];
    book.distribute(block.id, block.height, std::move(parts));
  }

 private:
  /// Closed slices of equal composition.
  struct Slices {
    double count = 0.0;
    double work_each = 0.0;
    std::vector<double> part;  // of a slice's work, by miner; sums to 1
  };

  void close_open_slice() {
    if (open_work_ <= 0.0) return;
    append(1.0, open_work_, open_);
    std::fill(open_.begin(), open_.end(), 0.0);
    open_work_ = 0.0;
  }

  void append(double count, double work_each, std::span<const double> work) {
    double total = 0.0;
    for (const double w : work) total += w;
    Slices slices{count, work_each, {work.begin(), work.end()}};
    for (double& part : slices.part) part /= total;
    closed_.push_back(std::move(slices));
    closed_work_ += count * work_each;
  }

  void spread(const WorkBatch& batch) {
    work_.assign(open_.size(), 0.0);
    double shares = 0.0;
    double total = 0.0;
    batch.for_each([&](std::uint32_t miner, std::int64_t count, double work) {
      work_[miner] = work;
      total += work;
      shares += static_cast<double>(count);
    });
    const double span = (batch.end - batch.begin).in_seconds();
    double whole = 0.0;       // slices that begin and end in this batch and have a share
    double whole_time = 0.0;  // as a part of the batch
    Time from = batch.begin;
    bool first = true;
    for (; !cuts_.empty() && cuts_.front() < batch.end; cuts_.pop_front()) {
      const double part =
          span > 0.0 ? std::max(0.0, (cuts_.front() - from).in_seconds()) / span : 0.0;
      if (first) {
        add_to_open(part, total);
        close_open_slice();
      } else {
        whole += -std::expm1(shares * std::log1p(-part));
        whole_time += part;
      }
      first = false;
      from = std::max(from, cuts_.front());
    }
    if (whole > 0.0 && total > 0.0) append(whole, whole_time * total / whole, work_);
    add_to_open(span > 0.0 ? (batch.end - from).in_seconds() / span : 1.0, total);
  }

  void add_to_open(double part, double total) {
    for (std::size_t i = 0; i < open_.size(); ++i) open_[i] += part * work_[i];
    open_work_ += part * total;
  }

  /// The window: work and slices' parts by miner. The slice with the block's share is still open
  /// and not in it, unless there is no other.
  void collect() {
    by_work_.assign(open_.size(), 0.0);
    by_slice_.assign(open_.size(), 0.0);
    if (closed_.empty()) {
      by_work_ = open_;
      by_slice_ = open_;
      return;
    }
    double room = length_;
    for (auto slices = closed_.rbegin(); slices != closed_.rend() && room > 0.0; ++slices) {
      const double count = std::min(slices->count, std::ceil(room / slices->work_each));
      for (std::size_t i = 0; i < open_.size(); ++i) {
        by_slice_[i] += count * slices->part[i];
        by_work_[i] += count * slices->work_each * slices->part[i];
      }
      room -= count * slices->work_each;
    }
  }

  /// Keeps four lengths, for a retarget.
  void forget() {
    constexpr double kKeptLengths = 4.0;
    while (!closed_.empty() && closed_work_ - closed_.front().count * closed_.front().work_each >
                                   kKeptLengths * length_) {
      closed_work_ -= closed_.front().count * closed_.front().work_each;
      closed_.pop_front();
    }
  }

  double lengths_;
  Satoshi delta_;
  double length_ = 0.0;
  Satoshi reference_fees_;
  std::deque<Time> cuts_;  // where slices begin, not yet reached by the work
  std::deque<Slices> closed_;
  double closed_work_ = 0.0;
  std::vector<double> open_;  // work of the slice that is not closed, by miner
  double open_work_ = 0.0;
  std::vector<double> work_;
  std::vector<double> by_work_;
  std::vector<double> by_slice_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_slice(const SchemeConfig& config, const SchemeContext& context) {
  return std::make_unique<Slice>(config, context.miners);
}

}  // namespace aicmp
