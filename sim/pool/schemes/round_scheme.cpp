#include <algorithm>

#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {
namespace {

/// PROP and ETA-R(eta): each block is split by (work since the last one)^eta. The round of an
/// orphaned block is merged back into the next, never dropped.
class RoundScheme final : public RewardScheme {
 public:
  RoundScheme(const SchemeConfig& config, double eta, std::size_t miners)
      : RewardScheme(first_terms(config, eta)), round_(miners, 0.0), last_round_(miners, 0.0) {}

  void on_network(double, Satoshi) override {}

  void on_work(const WorkBatch& batch, Book&) override {
    batch.for_each([&](std::uint32_t miner, std::int64_t, double work) { round_[miner] += work; });
  }

  void on_block(const PoolBlock& block, Book& book) override {
    split_by_power(block, terms(), 1.0, round_, book);
    round_.swap(last_round_);
    std::fill(round_.begin(), round_.end(), 0.0);
  }

  void on_orphan(const PoolBlock&) override {
    for (std::size_t i = 0; i < round_.size(); ++i) round_[i] += last_round_[i];
    std::fill(last_round_.begin(), last_round_.end(), 0.0);
  }

 private:
  std::vector<double> round_;
  std::vector<double> last_round_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_proportional(const SchemeConfig& config,
                                                const SchemeContext& context) {
  return std::make_unique<RoundScheme>(config, 1.0, context.miners);
}

std::unique_ptr<RewardScheme> make_eta_round(const SchemeConfig& config,
                                             const SchemeContext& context) {
  return std::make_unique<RoundScheme>(config, config.eta, context.miners);
}

}  // namespace aicmp
