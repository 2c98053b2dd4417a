#include <algorithm>

#include "envs/problems/pool_terms.hpp"

// The dynamic program behind PoolTerms' optimum, for one group of equal miners.
namespace aicmp {

namespace {

constexpr std::size_t kFees = kMostFee + 1;
constexpr std::size_t kCells = 100;  // of the part of the miners in the pool
constexpr std::size_t kParts = kCells + 1;

/// Where a part of the miners lies on the grid.
struct GridPlace {
  explicit GridPlace(double part)
      : low(std::min(static_cast<std::size_t>(part * static_cast<double>(kCells)), kCells - 1)),
        above(part * static_cast<double>(kCells) - static_cast<double>(low)) {}

  std::size_t low;  // index of the grid's part below
  double above;     // of a cell
};

}  // namespace

std::size_t PoolTerms::index(std::size_t part, std::size_t fee, std::size_t eta,
                             std::size_t at) const {
  return ((part * kFees + fee) * kEtas.size() + eta) * chain_.states() + at;
}

std::size_t PoolTerms::fee_index(std::size_t part, std::size_t fee, std::size_t at) const {
  return (part * kFees + fee) * chain_.states() + at;
}

PoolTerms::Moves PoolTerms::moves() const {
  Moves moves;
  State state;
  state.churn = churn(config_.sensitivity[0], config_.leave_per_week[0], config_.join_per_week[0]);
  for (std::size_t part = 0; part < kParts; ++part) {
    state.part[0] = static_cast<double>(part) / static_cast<double>(kCells);
    for (std::size_t fee = 0; fee < kFees; ++fee) {
      state.fee = static_cast<std::int32_t>(fee);
      for (std::size_t eta = 0; eta < kEtas.size(); ++eta) {
        state.eta = static_cast<std::int32_t>(eta);
        for (std::size_t at = 0; at < chain_.states(); ++at) {
          state.competitor_at = static_cast<std::uint32_t>(at);
          moves.reward.push_back(100.0 * kFeeStep * static_cast<double>(fee) * state.part[0]);
          double next = 0.0;
          move_miners(state, {&next, 1});
          moves.next_part.push_back(next);
        }
      }
    }
  }
  return moves;
}

std::vector<double> PoolTerms::best_ahead(const std::vector<double>& value) const {
  const std::size_t states = chain_.states();
  const auto most_change = static_cast<std::size_t>(most_change_);
  std::vector<double> any_eta(kParts * kFees * states, -1e300);
  std::vector<double> best(any_eta);
  for (std::size_t part = 0; part < kParts; ++part) {
    for (std::size_t fee = 0; fee < kFees; ++fee) {
      for (std::size_t at = 0; at < states; ++at) {
        double& most = any_eta[fee_index(part, fee, at)];
        for (std::size_t eta = 0; eta < kEtas.size(); ++eta) {
          double mean = 0.0;
          for (std::size_t to = 0; to < states; ++to) {
            mean += chain_.probability(at, to) * value[index(part, fee, eta, to)];
          }
          most = std::max(most, mean);
        }
      }
    }
    for (std::size_t fee = 0; fee < kFees; ++fee) {
      const std::size_t first = fee > most_change ? fee - most_change : 0;
      const std::size_t last = std::min(fee + most_change, kFees - 1);
      for (std::size_t at = 0; at < states; ++at) {
        double& most = best[fee_index(part, fee, at)];
        for (std::size_t to = first; to <= last; ++to) {
          most = std::max(most, any_eta[fee_index(part, to, at)]);
        }
      }
    }
  }
  return best;
}

std::vector<double> PoolTerms::improved(const Moves& moves,
                                        const std::vector<double>& ahead) const {
  std::vector<double> value;
  value.reserve(moves.reward.size());
  for (std::size_t part = 0; part < kParts; ++part) {
    for (std::size_t fee = 0; fee < kFees; ++fee) {
      for (std::size_t eta = 0; eta < kEtas.size(); ++eta) {
        for (std::size_t at = 0; at < chain_.states(); ++at) {
          const std::size_t i = value.size();
          const GridPlace to(moves.next_part[i]);
          value.push_back(moves.reward[i] + (1.0 - to.above) * ahead[fee_index(to.low, fee, at)] +
                          to.above * ahead[fee_index(to.low + 1, fee, at)]);
        }
      }
    }
  }
  return value;
}

PoolTerms::Solution PoolTerms::solve() const {
  const Moves moves = this->moves();  // do not change from sweep to sweep
  Solution solution{0.0, std::vector<double>(moves.reward.size(), 0.0)};
  for (int sweep = 0; sweep < 20'000; ++sweep) {
    std::vector<double> next = improved(moves, best_ahead(solution.value));
    double low = 1e300;
    double high = -1e300;
    for (std::size_t i = 0; i < next.size(); ++i) {
      low = std::min(low, next[i] - solution.value[i]);
      high = std::max(high, next[i] - solution.value[i]);
    }
    solution.gain = 0.5 * (low + high);
    const double origin = next[0];
    for (double& value : next) value -= origin;
    solution.value = std::move(next);
    if (high - low < 1e-6) break;
  }
  return solution;
}

std::optional<Optimum> PoolTerms::optimum() const {
  if (!solvable()) return std::nullopt;
  return Optimum{
      .value = solution().gain,
      .method = "relative value iteration on a grid of the pool's part, in the long run"};
}

double PoolTerms::worth(const std::vector<double>& value, double part, std::size_t fee,
                        std::size_t eta, std::size_t at) const {
  const GridPlace place(part);
  double mean = 0.0;
  for (std::size_t to = 0; to < chain_.states(); ++to) {
    mean +=
        chain_.probability(at, to) * ((1.0 - place.above) * value[index(place.low, fee, eta, to)] +
                                      place.above * value[index(place.low + 1, fee, eta, to)]);
  }
  return mean;
}

std::pair<std::int32_t, std::size_t> PoolTerms::optimal_terms(const State& state) const {
  std::array<double, kMostGroups> part{};
  move_miners(state, part);
  std::pair<std::int32_t, std::size_t> best{kMostFee, 0};
  double most = -1e300;
  for (std::size_t eta = 0; eta < kEtas.size(); ++eta) {
    const std::int32_t last = std::min(state.fee + most_change_, kMostFee);
    for (std::int32_t fee = std::max(state.fee - most_change_, 0); fee <= last; ++fee) {
      const double value =
          worth(solution().value, part[0], static_cast<std::size_t>(fee), eta, state.competitor_at);
      if (value <= most + 1e-12) continue;
      most = value;
      best = {fee, eta};
    }
  }
  return best;
}

}  // namespace aicmp
