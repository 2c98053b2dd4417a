#pragma once

#include <string>

namespace aicmp {

/// What a decision of the operator concerns.
enum class OperatorParameter {
  kFee,              // of a scheme, part of the reward
  kEta,              // of a scheme
  kShareDifficulty,  // of everybody's shares
  kForecast,         // values that the forecaster has learnt from; 0: it is not used
  kLostBlocks,       // part of the blocks that the pool takes for lost
};

/// "fee", "eta", "share_difficulty", "forecast", "lost_blocks".
const char* name_of(OperatorParameter parameter);

/// A parameter that the operator sets anew, and why. Of fee and eta it is the announcement: the
/// change itself follows after the notice.
struct OperatorDecision {
  std::string scheme;  // its name in results; empty: the pool's
  OperatorParameter parameter = OperatorParameter::kFee;
  double before = 0.0;
  double after = 0.0;
  std::string reason;
};

}  // namespace aicmp
