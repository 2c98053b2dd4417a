#include <cmath>

#include "sim/pool/decaying_scores.hpp"
#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {
namespace {

/// SCORE(C) (Slush 2011): a share scores d e^(t / C); each block is split by the scores since the
/// last one. Counts between control points score the mean of the exponential over their time.
class Score final : public RewardScheme {
 public:
  Score(const SchemeConfig& config, std::size_t miners)
      : RewardScheme(first_terms(config)), constant_s_(config.score_s), scores_(miners) {}

  void on_network(double, Satoshi) override {}

  void on_work(const WorkBatch& batch, Book&) override {
    for (const CreditedShare& share : batch.shares) {
      fade_to(share.time);
      scores_.add(share.miner, share.work);
    }
    if (batch.counts.empty()) return;
    fade_to(batch.end);
    const double mean = mean_fading((batch.end - batch.begin).in_seconds(), constant_s_);
    batch.for_each(
        [&](std::uint32_t miner, std::int64_t, double work) { scores_.add(miner, mean * work); });
  }

  void on_block(const PoolBlock& block, Book& book) override {
    split_block(block, terms(), 1.0, scores_.values(), book);
    scores_.close_round(0.0);
  }

  void on_orphan(const PoolBlock&) override { scores_.reopen_round(); }

 private:
  void fade_to(Time time) {
    scores_.fade(std::exp((time - now_).in_seconds() / constant_s_));
    now_ = time;
  }

  double constant_s_;
  DecayingScores scores_;
  Time now_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_score(const SchemeConfig& config, const SchemeContext& context) {
  return std::make_unique<Score>(config, context.miners);
}

}  // namespace aicmp
