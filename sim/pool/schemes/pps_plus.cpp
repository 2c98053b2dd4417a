#include <algorithm>

#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/share_price.hpp"
#include "sim/pool/schemes/split_block.hpp"
#include "sim/pool/schemes/window_rule.hpp"

namespace aicmp {
namespace {

/// PPS+: the subsidy by PPS, each block's transaction fees by PPLNS. The operator bears the luck of
/// the subsidy, miners that of the fees.
class PpsPlus final : public RewardScheme {
 public:
  PpsPlus(const SchemeConfig& config, const SchemeContext& context)
      : RewardScheme(first_terms(config)), window_(config, context) {}

  void on_network(double difficulty, Satoshi subsidy) override {
    price_.on_network(difficulty, subsidy);
  }
  void on_work(const WorkBatch& batch, Book& book) override {
    price_.pay(batch, terms().fee, book);
  }
  bool miners_bear_luck() const override { return false; }

  void on_block(const PoolBlock& block, Book& book) override {
    const std::span<const double> work = window_.work();
    split_reward(block, block.fees, terms(), window_.paid_part(), work, book);
  }

 private:
  SharePrice price_;
  WindowRule window_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_pps_plus(const SchemeConfig& config,
                                            const SchemeContext& context) {
  return std::make_unique<PpsPlus>(config, context);
}

}  // namespace aicmp
