#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {
namespace {

/// SOLO: the finder takes the block, less the fee.
class Solo final : public RewardScheme {
 public:
  Solo(const SchemeConfig& config, std::size_t miners)
      : RewardScheme(first_terms(config)), miners_(miners) {}

  void on_network(double, Satoshi) override {}
  void on_work(const WorkBatch&, Book&) override {}

  void on_block(const PoolBlock& block, Book& book) override {
    std::vector<Satoshi> parts(miners_);
    parts[block.finder] = block.reward() - fee_of(block.reward(), terms());
    book.distribute(block.id, block.height, std::move(parts));
  }

 private:
  std::size_t miners_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_solo(const SchemeConfig& config, const SchemeContext& context) {
  return std::make_unique<Solo>(config, context.miners);
}

}  // namespace aicmp
