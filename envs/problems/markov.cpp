#include "envs/problems/markov.hpp"

#include <numeric>

#include <Eigen/Dense>

namespace aicmp {

namespace {

std::vector<double> running_sum(const double* first, std::size_t count) {
  std::vector<double> sum(count);
  std::partial_sum(first, first + count, sum.begin());
  return sum;
}

/// The solution of pi P = pi, sum pi = 1.
std::vector<double> solve_stationary(std::size_t states, const std::vector<double>& rows) {
  const auto n = static_cast<Eigen::Index>(states);
  Eigen::MatrixXd equations =
      Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
          rows.data(), n, n)
          .transpose();
  equations -= Eigen::MatrixXd::Identity(n, n);
  equations.row(n - 1).setOnes();
  const Eigen::VectorXd solution = equations.fullPivLu().solve(Eigen::VectorXd::Unit(n, n - 1));
  return {solution.data(), solution.data() + n};
}

}  // namespace

MarkovChain::MarkovChain(std::size_t states, const std::vector<double>& rows)
    : states_(states), rows_(rows) {
  for (std::size_t from = 0; from < states; ++from) {
    const auto sums = running_sum(&rows_[from * states], states);
    cumulative_.insert(cumulative_.end(), sums.begin(), sums.end());
  }
  const auto probabilities = solve_stationary(states, rows_);
  stationary_ = running_sum(probabilities.data(), states);
}

double MarkovChain::stationary_mean(const std::vector<double>& values) const {
  double mean = 0.0;
  double before = 0.0;
  for (std::size_t state = 0; state < states_; ++state) {
    mean += (stationary_[state] - before) * values[state];
    before = stationary_[state];
  }
  return mean;
}

}  // namespace aicmp
