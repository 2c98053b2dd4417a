#include "sim/fleet/energy_rule.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace aicmp {
namespace {

class Always final : public EnergyRule {
 public:
  bool runs(const EnergyView&) const override { return true; }
};

class Greedy final : public EnergyRule {
 public:
  bool runs(const EnergyView& view) const override {
    return view.price_usd_per_mwh <= view.stakes.break_even_usd_per_mwh();
  }
};

class Hysteresis final : public EnergyRule {
 public:
  Hysteresis(double stop_above, double start_below)
      : stop_above_(stop_above), start_below_(start_below) {}
  bool runs(const EnergyView& view) const override {
    const double factor = view.running ? stop_above_ : start_below_;
    return view.price_usd_per_mwh <= factor * view.stakes.break_even_usd_per_mwh();
  }

 private:
  double stop_above_;
  double start_below_;
};

class Clairvoyant final : public EnergyRule {
 public:
  bool runs(const EnergyView& view) const override {
    return best_plan(view.stakes, view.running, view.period_hours, view.prices_ahead).front();
  }
  bool looks_ahead() const override { return true; }
};

}  // namespace

double revenue_usd_per_mwh(double hash_price_usd_per_phs_day, double joules_per_th) {
  return hash_price_usd_per_phs_day / (0.024 * joules_per_th);
}

void add_options(OptionTable& table, DecisionConfig& config, const std::string& prefix) {
  table.add_choice(prefix + "rule", config.rule,
                   {{"always", EnergyRuleKind::kAlways},
                    {"greedy", EnergyRuleKind::kGreedy},
                    {"hysteresis", EnergyRuleKind::kHysteresis},
                    {"demand_response", EnergyRuleKind::kDemandResponse},
                    {"clairvoyant", EnergyRuleKind::kClairvoyant}},
                   "When machines run: always; while energy costs at most what they earn with it; "
                   "with two thresholds; the same and offered to the grid where that pays; or by "
                   "knowledge of future prices, a bound.");
  table.add(prefix + "stop_above", config.stop_above, "", Limits::between(0.0, 100.0),
            "Hysteresis: price at which running machines stop, over the break-even price.");
  table.add(prefix + "start_below", config.start_below, "", Limits::between(0.0, 100.0),
            "Hysteresis: price at which stopped machines start, over the break-even price.");
  table.add(prefix + "restart_wear_usd_per_mw", config.restart_wear_usd_per_mw, "USD/MW",
            Limits::between(0.0, 10'000.0), "What a start wears off machines.");
  table.add(prefix + "foresight_hours", config.foresight_hours, "h", Limits::between(1.0, 8760.0),
            "How far the clairvoyant rule sees.");
  table.add(prefix + "tunes_power", config.tunes_power,
            "Whether running machines take the power at which they earn most, else their mode's.");
  table.add(prefix + "peak_guard", config.peak_guard, "", Limits::between(0.0, 2.0),
            "Everything stops while the system's load is at least this part of the highest of the "
            "month, in months whose peak counts; 0: never.");
}

std::unique_ptr<EnergyRule> make_energy_rule(const DecisionConfig& config) {
  switch (config.rule) {
    case EnergyRuleKind::kAlways:
      break;
    case EnergyRuleKind::kGreedy:
      return std::make_unique<Greedy>();
    case EnergyRuleKind::kHysteresis:
    case EnergyRuleKind::kDemandResponse:
      return std::make_unique<Hysteresis>(config.stop_above, config.start_below);
    case EnergyRuleKind::kClairvoyant:
      return std::make_unique<Clairvoyant>();
  }
  return std::make_unique<Always>();
}

std::vector<bool> best_plan(const EnergyStakes& stakes, bool running, double period_hours,
                            std::span<const double> prices_usd_per_mwh) {
  // Bit `was` of choice[i]: whether to run in period i after running (1) or not (0).
  std::vector<std::uint8_t> choice(prices_usd_per_mwh.size());
  double ahead[2] = {0.0, 0.0};  // best value from the next period on, by state before it
  for (std::size_t i = prices_usd_per_mwh.size(); i-- > 0;) {
    const double stop = stakes.profit_usd(false, prices_usd_per_mwh[i], period_hours) + ahead[0];
    const double run = stakes.profit_usd(true, prices_usd_per_mwh[i], period_hours) + ahead[1];
    const double start = run - stakes.restart_usd();
    choice[i] = static_cast<std::uint8_t>((run >= stop ? 2 : 0) | (start >= stop ? 1 : 0));
    ahead[0] = std::max(stop, start);
    ahead[1] = std::max(stop, run);
  }
  std::vector<bool> plan(choice.size());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    running = (choice[i] & (running ? 2 : 1)) != 0;
    plan[i] = running;
  }
  return plan;
}

double trace_profit_usd_per_mwh(const EnergyRule& rule, const EnergyStakes& stakes,
                                double period_hours, std::span<const double> prices_usd_per_mwh) {
  EnergyView view;
  view.stakes = stakes;
  view.period_hours = period_hours;
  std::vector<bool> plan;  // one look at the whole record, as looks do not change what lies ahead
  if (rule.looks_ahead()) plan = best_plan(stakes, true, period_hours, prices_usd_per_mwh);
  double profit = 0.0;
  for (std::size_t i = 0; i < prices_usd_per_mwh.size(); ++i) {
    view.price_usd_per_mwh = prices_usd_per_mwh[i];
    const bool runs = plan.empty() ? rule.runs(view) : plan[i];
    profit += stakes.profit_usd(runs, view.price_usd_per_mwh, period_hours);
    if (runs && !view.running) profit -= stakes.restart_usd();
    view.running = runs;
  }
  return profit / (period_hours * static_cast<double>(prices_usd_per_mwh.size()));
}

DecisionConfig tuned_hysteresis(const EnergyStakes& stakes, double period_hours,
                                std::span<const double> prices_usd_per_mwh) {
  DecisionConfig best;
  best.rule = EnergyRuleKind::kHysteresis;
  double most = -std::numeric_limits<double>::infinity();
  for (int stop = 20; stop <= 80; ++stop) {
    for (int start = 8; start <= 20; ++start) {
      DecisionConfig candidate = best;
      candidate.stop_above = 0.05 * stop;
      candidate.start_below = 0.05 * start;
      const double profit = trace_profit_usd_per_mwh(*make_energy_rule(candidate), stakes,
                                                     period_hours, prices_usd_per_mwh);
      if (profit <= most) continue;
      most = profit;
      best = candidate;
    }
  }
  return best;
}

}  // namespace aicmp
