#include <algorithm>

#include "sim/pool/schemes/schemes.hpp"

namespace aicmp {
namespace {

/// PPS: every share earns (1 - f) S d / D at once; the operator keeps blocks and bears their luck.
/// FPPS adds the day's mean network fees to S, credited at the end of the day.
class PayPerShare final : public RewardScheme {
 public:
  PayPerShare(const SchemeConfig& config, bool with_fees, std::size_t miners)
      : config_(config), fee_shares_(with_fees ? miners : 0, 0.0) {}

  void on_network(double difficulty, Satoshi subsidy) override {
    difficulty_ = difficulty;
    satoshi_per_work_ = (1.0 - config_.fee) * static_cast<double>(subsidy.value()) / difficulty;
  }

  void on_work(const WorkBatch& batch, Book& book) override {
    batch.for_each([&](std::uint32_t miner, std::int64_t, double work) {
      book.credit(miner, satoshi_per_work_ * work);
      if (!fee_shares_.empty()) fee_shares_[miner] += work / difficulty_;
    });
  }

  void on_block(const PoolBlock&, Book&) override {}

  void on_day(Satoshi mean_block_fees, Book& book) override {
    const double fees = (1.0 - config_.fee) * static_cast<double>(mean_block_fees.value());
    for (std::uint32_t i = 0; i < fee_shares_.size(); ++i) book.credit(i, fees * fee_shares_[i]);
    std::fill(fee_shares_.begin(), fee_shares_.end(), 0.0);
  }

 private:
  SchemeConfig config_;
  double difficulty_ = 0.0;
  double satoshi_per_work_ = 0.0;
  std::vector<double> fee_shares_;  // expected blocks earned today; empty without fees
};

}  // namespace

std::unique_ptr<RewardScheme> make_pps(const SchemeConfig& config, const SchemeContext& context) {
  return std::make_unique<PayPerShare>(config, /*with_fees=*/false, context.miners);
}

std::unique_ptr<RewardScheme> make_fpps(const SchemeConfig& config, const SchemeContext& context) {
  return std::make_unique<PayPerShare>(config, /*with_fees=*/true, context.miners);
}

}  // namespace aicmp
