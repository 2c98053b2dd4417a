#pragma once

#include <cstddef>
#include <vector>

#include "sim/base/distributions.hpp"

namespace aicmp {

/// A Markov chain on 0..states-1 in discrete time.
class MarkovChain {
 public:
  /// `rows` is [states][states]; each row must sum to 1 within 1e-9. The caller has checked it.
  MarkovChain(std::size_t states, const std::vector<double>& rows);

  std::size_t states() const { return states_; }
  double probability(std::size_t from, std::size_t to) const { return rows_[from * states_ + to]; }
  std::size_t next(std::size_t from, Rng& rng) const {
    return draw(&cumulative_[from * states_], rng);
  }
  /// A state of the stationary distribution.
  std::size_t stationary(Rng& rng) const { return draw(stationary_.data(), rng); }
  double stationary_mean(const std::vector<double>& values) const;

 private:
  std::size_t draw(const double* cumulative, Rng& rng) const {
    const double u = uniform(rng);
    std::size_t state = 0;
    while (state + 1 < states_ && u >= cumulative[state]) ++state;
    return state;
  }

  std::size_t states_;
  std::vector<double> rows_;
  std::vector<double> cumulative_;  // of each row
  std::vector<double> stationary_;  // cumulative
};

}  // namespace aicmp
