#pragma once

#include <string>
#include <vector>

#include "sim/experiment/scenario.hpp"

namespace aicmp {

/// A pool with nothing that hides what a case looks at: constant hash rate, price and fees, fixed
/// difficulties, no delays, no costs of payouts, no fees unless a scheme's spec says so.
struct BareScenario {
  double difficulty = 200.0;                   // of the network, in shares of difficulty 1
  double share_difficulty = 1.0;               // of everybody
  std::vector<double> sizes = {1};             // hash rates of the miners of our pool, in any unit
  double pool_share = 1.0;                     // of our pool in the network
  double mean_interval_s = 1.0;                // between blocks of the network
  double blocks = 100.0;                       // of the network, on average, until the horizon
  std::vector<std::string> schemes = {"pps"};  // specs; fee 0 where they state none
  Fidelity fidelity = Fidelity::kShare;

  Scenario build() const;
};

/// Subsidy of a block of these scenarios, which begin right after a halving.
inline constexpr double kBareSubsidyBtc = 3.125;
/// No halving comes within so many blocks.
inline constexpr double kBareBlocksMax = 209'000;

}  // namespace aicmp
