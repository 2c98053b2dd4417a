#include <cmath>

#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"
#include "sim/pool/schemes/window_rule.hpp"
#include "sim/pool/weight_expression.hpp"

namespace aicmp {
namespace {

/// A user's rule: each block is split by an expression of the work in the last X * difficulty. A
/// weight that is negative, infinite or not a number counts as 0; if nobody has a positive weight,
/// the block is split by work. Both mark the block as irregular.
class WeightScheme final : public RewardScheme {
 public:
  WeightScheme(const SchemeConfig& config, const SchemeContext& context)
      : RewardScheme(first_terms(config)), weight_(config.weight), window_(config, context) {}

  void on_network(double, Satoshi) override {}
  void on_work(const WorkBatch&, Book&) override {}

  void on_block(const PoolBlock& block, Book& book) override {
    const std::span<const double> work = window_.work();
    WeightInputs inputs;
    inputs.total = window_.total();
    for (const double w : work) inputs.n += w > 0.0 ? 1.0 : 0.0;

    bool irregular = false;
    bool positive = false;
    weights_.assign(work.size(), 0.0);
    for (std::size_t i = 0; i < work.size(); ++i) {
      if (work[i] <= 0.0) continue;
      inputs.w = work[i];
      inputs.a = work[i] / inputs.total;
      const double weight = weight_(inputs);
      if (std::isfinite(weight) && weight >= 0.0) {
        weights_[i] = weight;
        positive = positive || weight > 0.0;
      } else {
        irregular = true;
      }
    }
    if (irregular || !positive) ++irregular_blocks_;
    split_block(block, terms(), window_.paid_part(),
                positive ? std::span<const double>(weights_) : work, book);
  }

  std::int64_t irregular_blocks() const override { return irregular_blocks_; }

 private:
  WeightExpression weight_;
  WindowRule window_;
  std::vector<double> weights_;
  std::int64_t irregular_blocks_ = 0;
};

}  // namespace

std::unique_ptr<RewardScheme> make_weight(const SchemeConfig& config,
                                          const SchemeContext& context) {
  return std::make_unique<WeightScheme>(config, context);
}

}  // namespace aicmp
