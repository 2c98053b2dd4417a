#include <algorithm>

#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {
namespace {

/// PROP: each block is split by the work since the last one. The round of an orphaned block is
/// merged back into the next, never dropped.
class Proportional final : public RewardScheme {
 public:
  Proportional(const SchemeConfig& config, std::size_t miners)
      : config_(config), round_(miners, 0.0), last_round_(miners, 0.0) {}

  void on_network(double, Satoshi) override {}

  void on_work(const WorkBatch& batch, Book&) override {
    batch.for_each([&](std::uint32_t miner, std::int64_t, double work) { round_[miner] += work; });
  }

  void on_block(const PoolBlock& block, Book& book) override {
    split_block(block, config_.fee, 1.0, round_, book);
    round_.swap(last_round_);
    std::fill(round_.begin(), round_.end(), 0.0);
  }

  void on_orphan(const PoolBlock&) override {
    for (std::size_t i = 0; i < round_.size(); ++i) round_[i] += last_round_[i];
    std::fill(last_round_.begin(), last_round_.end(), 0.0);
  }

 private:
  SchemeConfig config_;
  std::vector<double> round_;
  std::vector<double> last_round_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_proportional(const SchemeConfig& config,
                                                const SchemeContext& context) {
  return std::make_unique<Proportional>(config, context.miners);
}

}  // namespace aicmp
