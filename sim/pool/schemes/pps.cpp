#include <algorithm>

#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/share_price.hpp"

namespace aicmp {
namespace {

/// PPS: every share earns (1 - f) S d / D at once; the operator keeps blocks and bears their luck.
class PayPerShare : public RewardScheme {
 public:
  explicit PayPerShare(const SchemeConfig& config) : RewardScheme(first_terms(config)) {}

  void on_network(double difficulty, Satoshi subsidy) override {
    price_.on_network(difficulty, subsidy);
  }
  void on_work(const WorkBatch& batch, Book& book) override {
    price_.pay(batch, terms().fee, book);
  }
  void on_block(const PoolBlock&, Book&) override {}
  bool miners_bear_luck() const override { return false; }

 private:
  SharePrice price_;
};

/// FPPS: PPS, and for every expected block of the day the mean fees of the network's blocks,
/// credited at the end of the day.
class FullPayPerShare final : public PayPerShare {
 public:
  FullPayPerShare(const SchemeConfig& config, std::size_t miners)
      : PayPerShare(config), expected_blocks_(miners, 0.0) {}

  void on_network(double difficulty, Satoshi subsidy) override {
    PayPerShare::on_network(difficulty, subsidy);
    difficulty_ = difficulty;
  }

  void on_work(const WorkBatch& batch, Book& book) override {
    PayPerShare::on_work(batch, book);
    batch.for_each([&](std::uint32_t miner, std::int64_t, double work) {
      expected_blocks_[miner] += work / difficulty_;
    });
  }

  void on_day(Satoshi mean_block_fees, Book& book) override {
    const double fees = (1.0 - terms().fee) * static_cast<double>(mean_block_fees.value());
    for (std::uint32_t i = 0; i < expected_blocks_.size(); ++i) {
      book.credit(i, fees * expected_blocks_[i]);
    }
    std::fill(expected_blocks_.begin(), expected_blocks_.end(), 0.0);
  }

 private:
  double difficulty_ = 0.0;
  std::vector<double> expected_blocks_;  // earned today, by miner
};

}  // namespace

std::unique_ptr<RewardScheme> make_pps(const SchemeConfig& config, const SchemeContext&) {
  return std::make_unique<PayPerShare>(config);
}

std::unique_ptr<RewardScheme> make_fpps(const SchemeConfig& config, const SchemeContext& context) {
  return std::make_unique<FullPayPerShare>(config, context.miners);
}

}  // namespace aicmp
