#include "sim/game/participation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/base/error.hpp"
#include "sim/game/eta_parts.hpp"
#include "sim/game/root.hpp"

namespace aicmp {
namespace {

constexpr double kSettled = 1e-9;
constexpr double kReturned = 1e-6;
constexpr double kLeft = 1e-3;

void check_fees(double fee, double outside_fee) {
  AICMP_ASSERT(fee >= 0.0 && fee < 1.0 && outside_fee >= 0.0 && outside_fee < 1.0);
}

double total(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// What one miner earns in the pool when the others have `rest` in it, of weight `rest_weight`.
class StakePay {
 public:
  StakePay(const ParticipationGame& game, double rest, double rest_weight)
      : game_(game), rest_(rest), rest_weight_(rest_weight) {}

  /// Over paying elsewhere.
  double gain(double stake) const {
    return (1.0 - game_.fee) * (rest_ + stake) * part(stake) - (1.0 - game_.outside_fee) * stake;
  }
  /// Its derivative; stake > 0.
  double slope(double stake) const {
    const double phi = part(stake);
    const double pay = phi + game_.eta * phi * (1.0 - phi) * (rest_ + stake) / stake;
    return (1.0 - game_.fee) * pay - (1.0 - game_.outside_fee);
  }

 private:
  double part(double stake) const {
    if (stake == 0.0) return 0.0;
    const double weight = std::pow(stake, game_.eta);
    return weight / (weight + rest_weight_);
  }

  const ParticipationGame& game_;
  double rest_;
  double rest_weight_;
};

double best_stake(const ParticipationGame& game, double size, double rest, double rest_weight) {
  constexpr double kLowest = 1e-12;  // of the size
  constexpr double kStep = 2.0;      // the slope falls and then rises, slowly in log stake
  const StakePay pay(game, rest, rest_weight);
  double best = pay.gain(size) > 0.0 ? size : 0.0;
  double low = kLowest * size;
  if (pay.slope(low) <= 0.0) return best;
  while (low < size) {
    const double high = std::min(size, kStep * low);
    if (pay.slope(high) < 0.0) {
      const double peak = find_root([&](double x) { return pay.slope(x); }, low, high);
      return pay.gain(peak) > pay.gain(best) ? peak : best;
    }
    low = high;
  }
  return best;
}

/// Largest distance between two states, in units of each miner's size.
double distance(std::span<const double> a, std::span<const double> b,
                std::span<const double> sizes) {
  double most = 0.0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    most = std::max(most, std::abs(a[i] - b[i]) / sizes[i]);
  }
  return most;
}

/// Index of the latest earlier state from which the last one went away and came back; -1 if none.
int cycle_start(const std::vector<std::vector<double>>& states, std::span<const double> sizes) {
  const std::vector<double>& now = states.back();
  bool left = false;
  for (std::size_t i = states.size() - 1; i-- > 0;) {
    const double d = distance(now, states[i], sizes);
    if (left && d <= kReturned) return static_cast<int>(i);
    left = left || d > kLeft;
  }
  return -1;
}

}  // namespace

std::vector<double> effective_fees(std::span<const double> sizes, double eta, double fee) {
  check_fees(fee, 0.0);
  std::vector<double> fees = eta_parts(sizes, eta);
  const double sum = total(sizes);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    AICMP_ASSERT(sizes[i] > 0.0);
    fees[i] = 1.0 - (1.0 - fee) * fees[i] * sum / sizes[i];
  }
  return fees;
}

double exit_threshold(std::span<const double> sizes, double eta, double fee, double outside_fee) {
  check_fees(fee, outside_fee);
  AICMP_ASSERT(eta >= 0.0 && eta < 1.0);
  const double sum = total(sizes);
  double weights = 0.0;
  for (const double size : sizes) weights += size > 0.0 ? std::pow(size / sum, eta) : 0.0;
  return std::pow((1.0 - fee) / ((1.0 - outside_fee) * weights), 1.0 / (1.0 - eta));
}

double largest_spread(double eta, double fee, double outside_fee) {
  check_fees(fee, outside_fee);
  AICMP_ASSERT(eta >= 0.0 && eta < 1.0);
  return std::pow((1.0 - fee) / (1.0 - outside_fee), 1.0 / (1.0 - eta));
}

double eta_for_spread(double spread, double fee, double outside_fee) {
  check_fees(fee, outside_fee);
  AICMP_ASSERT(spread > 1.0 && fee < outside_fee);
  return std::max(0.0, 1.0 - std::log((1.0 - fee) / (1.0 - outside_fee)) / std::log(spread));
}

double critical_eta(std::size_t miners, double fee, double outside_fee) {
  check_fees(fee, outside_fee);
  AICMP_ASSERT(miners >= 2);
  const double part = 1.0 / static_cast<double>(miners);
  return std::max(0.0, ((1.0 - outside_fee) / (1.0 - fee) - part) / (1.0 - part));
}

std::vector<double> marginal_pay(std::span<const double> sizes, double eta, double fee) {
  check_fees(fee, 0.0);
  std::vector<double> pay = eta_parts(sizes, eta);
  const double sum = total(sizes);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    AICMP_ASSERT(sizes[i] > 0.0);
    const double phi = pay[i];
    pay[i] = (1.0 - fee) * (phi + eta * phi * (1.0 - phi) * sum / sizes[i]);
  }
  return pay;
}

double critical_eta(std::span<const double> sizes, double fee, double outside_fee) {
  check_fees(fee, outside_fee);
  if (fee > outside_fee) return std::numeric_limits<double>::infinity();
  const auto all_stay = [&](double eta) {
    const std::vector<double> pay = marginal_pay(sizes, eta, fee);
    if (*std::min_element(pay.begin(), pay.end()) < 1.0 - outside_fee) return false;
    const ParticipationGame game{{sizes.begin(), sizes.end()}, eta, fee, outside_fee};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (best_stake(game, sizes, i) < sizes[i]) return false;
    }
    return true;
  };
  double low = 0.0;
  double high = 1.0;
  if (all_stay(low)) return low;
  while (high - low > 1e-12) {
    const double middle = 0.5 * (low + high);
    (all_stay(middle) ? high : low) = middle;
  }
  return high;
}

double best_stake(const ParticipationGame& game, std::span<const double> stakes,
                  std::size_t miner) {
  AICMP_ASSERT(stakes.size() == game.sizes.size() && miner < stakes.size());
  double rest = 0.0;
  double weight = 0.0;
  for (std::size_t i = 0; i < stakes.size(); ++i) {
    if (i == miner || stakes[i] == 0.0) continue;
    rest += stakes[i];
    weight += std::pow(stakes[i], game.eta);
  }
  return best_stake(game, game.sizes[miner], rest, weight);
}

Participation best_response_dynamics(const ParticipationGame& game, int max_sweeps) {
  check_fees(game.fee, game.outside_fee);
  AICMP_ASSERT(game.eta >= 0.0 && game.eta <= 1.0);
  AICMP_ASSERT(!game.sizes.empty() && max_sweeps >= 1);
  for (const double size : game.sizes) AICMP_ASSERT(size > 0.0);

  const double all = total(game.sizes);
  std::vector<std::vector<double>> states{game.sizes};
  std::vector<double> stakes = game.sizes;
  std::vector<double> weights(stakes.size());
  Participation result{ParticipationOutcome::kUnsettled, max_sweeps, {}, {1.0}, 0.0, 0.0, 0.0};
  std::ptrdiff_t from = max_sweeps / 2;  // where the attractor begins in the path
  for (int sweep = 1; sweep <= max_sweeps; ++sweep) {
    for (std::size_t i = 0; i < stakes.size(); ++i) {
      weights[i] = stakes[i] > 0.0 ? std::pow(stakes[i], game.eta) : 0.0;
    }
    double sum = total(stakes);
    double weight = total(weights);
    for (std::size_t i = 0; i < stakes.size(); ++i) {
      sum -= stakes[i];
      weight -= weights[i];
      stakes[i] = best_stake(game, game.sizes[i], std::max(0.0, sum), std::max(0.0, weight));
      weights[i] = stakes[i] > 0.0 ? std::pow(stakes[i], game.eta) : 0.0;
      sum += stakes[i];
      weight += weights[i];
    }
    states.push_back(stakes);
    result.path.push_back(total(stakes) / all);
    if (distance(stakes, states[states.size() - 2], game.sizes) <= kSettled) {
      const double in_pool = total(stakes);
      result.outcome = stakes == game.sizes ? ParticipationOutcome::kFull
                       : in_pool == 0.0     ? ParticipationOutcome::kEmpty
                                            : ParticipationOutcome::kPartial;
      result.sweeps = sweep;
      from = sweep;
      break;
    }
    if (const int start = cycle_start(states, game.sizes); start >= 0) {
      result.outcome = ParticipationOutcome::kCycle;
      result.sweeps = sweep;
      from = start + 1;
      break;
    }
  }
  const auto begin = result.path.begin() + from;
  const auto [low, high] = std::minmax_element(begin, result.path.end());
  result.low = *low;
  result.high = *high;
  result.mean = std::accumulate(begin, result.path.end(), 0.0) /
                static_cast<double>(result.path.end() - begin);
  result.stakes = std::move(stakes);
  return result;
}

}  // namespace aicmp
