#include <cmath>

#include "sim/pool/decaying_scores.hpp"
#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {
namespace {

/// GEO(c) and DGM(c, o) (Rosenfeld, arXiv 1112.4980 and his double geometric method of 2011-08).
/// With g = (1 - c)(1 - o) / c and the scale s, a share of block probability p = d / D adds s p to
/// its miner's score and then s *= 1 + p g; a block pays (1 - f) B g S_k / s and multiplies the
/// scores by o. GEO is o = 0: then every score starts again.
///
/// The factor 1 + p g is exact for every share difficulty: the value v of a unit of score solves
/// v = p g / (1 + p g) + (1 - p (1 - o)) v / (1 + p g), so v = 1 - c whatever p is; r^d of the unit
/// share is its limit for small p. The same holds over retargets, since p is that of the share's
/// time. Payouts never exceed a block: g S / s <= 1.
///
/// Counts between control points score the mean over their random order.
class Geometric final : public RewardScheme {
 public:
  Geometric(const SchemeConfig& config, double survives, std::size_t miners)
      : RewardScheme(first_terms(config)),
        survives_(survives),
        growth_((1.0 - config.c) * (1.0 - survives) / config.c),
        scores_(miners) {}

  void on_network(double difficulty, Satoshi) override { difficulty_ = difficulty; }

  void on_work(const WorkBatch& batch, Book&) override {
    for (const CreditedShare& share : batch.shares) {
      const double p = share.work / difficulty_;
      scores_.add(share.miner, p);
      scores_.fade(1.0 + p * growth_);
    }
    if (batch.counts.empty()) return;
    double shares = 0.0;
    double log_growth = 0.0;
    batch.for_each([&](std::uint32_t, std::int64_t count, double work) {
      const auto n = static_cast<double>(count);
      shares += n;
      log_growth += n * std::log1p(work / n / difficulty_ * growth_);
    });
    if (shares == 0.0) return;
    scores_.fade(std::exp(log_growth));
    const double mean = -std::expm1(-log_growth) / (shares * std::expm1(log_growth / shares));
    batch.for_each([&](std::uint32_t miner, std::int64_t, double work) {
      scores_.add(miner, mean * work / difficulty_);
    });
  }

  void on_block(const PoolBlock& block, Book& book) override {
    split_block(block, terms(), growth_ * scores_.sum(), scores_.values(), book);
    scores_.close_round(survives_);
  }

  void on_orphan(const PoolBlock&) override { scores_.reopen_round(); }

 private:
  double survives_;  // o
  double growth_;    // g
  double difficulty_ = 0.0;
  DecayingScores scores_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_geometric(const SchemeConfig& config,
                                             const SchemeContext& context) {
  return std::make_unique<Geometric>(config, 0.0, context.miners);
}

std::unique_ptr<RewardScheme> make_double_geometric(const SchemeConfig& config,
                                                    const SchemeContext& context) {
  return std::make_unique<Geometric>(config, config.o, context.miners);
}

}  // namespace aicmp
