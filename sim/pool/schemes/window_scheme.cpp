#include <algorithm>

#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {
namespace {

/// PPLNS(X) and ETA-W(eta, X): each block is split by (work in the last X * difficulty)^eta.
/// PPLNS is eta = 1, to the satoshi.
class WindowScheme final : public RewardScheme {
 public:
  WindowScheme(const SchemeConfig& config, double eta, const SchemeContext& context)
      : config_(config),
        eta_(eta),
        window_(
            context.windows->get({config.window, config.oldest_share, config.recut_at_retarget})) {}

  void on_network(double, Satoshi) override {}
  void on_work(const WorkBatch&, Book&) override {}

  void on_block(const PoolBlock& block, Book& book) override {
    const std::span<const double> work = window_.inside();
    const double filled =
        config_.carry_unfilled ? std::min(1.0, window_.total() / window_.length()) : 1.0;
    if (eta_ == 1.0) {
      split_block(block, config_.fee, filled, work, book);
    } else {
      power_weights(work, eta_, weights_);
      split_block(block, config_.fee, filled, weights_, book);
    }
  }

 private:
  SchemeConfig config_;
  double eta_;
  WorkWindow& window_;
  std::vector<double> weights_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_pplns(const SchemeConfig& config, const SchemeContext& context) {
  return std::make_unique<WindowScheme>(config, 1.0, context);
}

std::unique_ptr<RewardScheme> make_eta_window(const SchemeConfig& config,
                                              const SchemeContext& context) {
  return std::make_unique<WindowScheme>(config, config.eta, context);
}

}  // namespace aicmp
