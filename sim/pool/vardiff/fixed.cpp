#include "sim/pool/vardiff/makers.hpp"

namespace aicmp {
namespace {

class FixedRule final : public VardiffRule {
 public:
  using VardiffRule::VardiffRule;

  std::optional<DifficultyChange> on_share(VardiffState&, double, double) const override {
    return {};
  }
  std::optional<DifficultyChange> on_shares(VardiffState&, std::int64_t, double, double,
                                            double) const override {
    return {};
  }
  bool reads_times() const override { return false; }

 private:
  void begin(VardiffState&, double) const override {}
};

}  // namespace

VardiffRulePtr make_fixed_rule(const VardiffConfig& config) {
  return std::make_unique<FixedRule>(config.range);
}

}  // namespace aicmp
