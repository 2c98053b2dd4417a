#pragma once

#include <cstddef>

#include "envs/problems/markov.hpp"
#include "sim/market/demand_response.hpp"

namespace aicmp {

/// Calls of a demand-response programme in steps of equal length, as a Markov chain of phases: 0 is
/// no call in sight, then come the steps between an announcement and its call, the last is a call.
/// The engine's programme (sim/market/demand_response.hpp), rounded to steps: a call announced less
/// than a step ahead comes at once, and lasts at least a step.
class DemandCalls {
 public:
  /// No part in a programme if `config.bid_part` is 0: one phase.
  DemandCalls(const ResponseConfig& config, double step_hours);

  std::size_t phases() const { return chain_.states(); }
  bool called(std::size_t phase) const { return phases() > 1 && phase + 1 == phases(); }
  /// 0: none in sight; 1: a call.
  double nearness(std::size_t phase) const {
    return phases() > 1 ? static_cast<double>(phase) / static_cast<double>(phases() - 1) : 0.0;
  }
  double probability(std::size_t from, std::size_t to) const {
    return chain_.probability(from, to);
  }
  std::size_t next(std::size_t phase, Rng& rng) const {
    return phases() > 1 ? chain_.next(phase, rng) : 0;
  }
  /// What the programme pays (below 0: charges) in an hour, USD per MW of nameplate, if `power`, a
  /// part of nameplate, is drawn.
  double usd_per_mwh(std::size_t phase, double power) const {
    return phases() > 1 ? paid(phase, power) : 0.0;
  }

 private:
  double paid(std::size_t phase, double power) const;

  ResponseConfig config_;
  MarkovChain chain_;
};

}  // namespace aicmp
