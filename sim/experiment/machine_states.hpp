#pragma once

#include <vector>

#include "sim/experiment/output_file.hpp"
#include "sim/fleet/plant.hpp"

namespace aicmp {

/// What machines are doing, for those who watch a run that goes on: power and hash rate since the
/// last look, temperature and the limits that hold.
class MachineStates {
 public:
  /// Whether machines have lived on since the last look.
  bool news(const Plant& plant) const { return plant.until() > looked_at_; }
  void write(OutputFile& file, const Plant& plant);

 private:
  Time looked_at_;
  std::vector<MachineTotals> seen_;
};

}  // namespace aicmp
