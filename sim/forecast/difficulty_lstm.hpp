#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/forecast/next_difficulty.hpp"

namespace aicmp {

/// Corrects shrink_retarget() by an LSTM that reads the last 8 retargets and the pace of every 72
/// blocks of the running epoch. It begins as no correction, learns from drawn epochs first, so that
/// there are enough, and then from those it is given, oldest first; the last 15 % say when to stop.
/// One seed and the same epochs give the same numbers.
class DifficultyLstm {
 public:
  explicit DifficultyLstm(std::uint64_t seed);
  ~DifficultyLstm();

  /// Goes on learning, from finished epochs with at least 8 before them; 20 or more of them.
  void learn(const std::vector<EpochCase>& cases);
  /// At 72 to 1944 blocks, a multiple of 72, into an epoch of which nothing later is read.
  Forecast forecast(const EpochCase& epoch, std::int64_t blocks) const;

 private:
  struct Net;
  std::unique_ptr<Net> net_;
};

}  // namespace aicmp
