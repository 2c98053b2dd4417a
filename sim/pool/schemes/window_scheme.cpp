#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/split_block.hpp"
#include "sim/pool/schemes/window_rule.hpp"

namespace aicmp {
namespace {

/// PPLNS(X) and ETA-W(eta, X): each block is split by (work in the last X * difficulty)^eta.
/// PPLNS is eta = 1, to the satoshi.
class WindowScheme final : public RewardScheme {
 public:
  WindowScheme(const SchemeConfig& config, double eta, const SchemeContext& context)
      : RewardScheme(first_terms(config, eta)), window_(config, context) {}

  void on_network(double, Satoshi) override {}
  void on_work(const WorkBatch&, Book&) override {}

  void on_block(const PoolBlock& block, Book& book) override {
    const std::span<const double> work = window_.work();
    split_by_power(block, terms(), window_.paid_part(), work, book);
  }

 private:
  WindowRule window_;
};

}  // namespace

std::unique_ptr<RewardScheme> make_pplns(const SchemeConfig& config, const SchemeContext& context) {
  return std::make_unique<WindowScheme>(config, 1.0, context);
}

/// TIDES (ocean.xyz/docs/tides): PPLNS of 8 difficulties on subsidy and fees.
std::unique_ptr<RewardScheme> make_tides(const SchemeConfig& config, const SchemeContext& context) {
  SchemeConfig tides = config;
  tides.window = 8.0;
  return make_pplns(tides, context);
}

std::unique_ptr<RewardScheme> make_eta_window(const SchemeConfig& config,
                                              const SchemeContext& context) {
  return std::make_unique<WindowScheme>(config, config.eta, context);
}

}  // namespace aicmp
