#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// Which mean of block fees FPPS passes on (economics.md 1.2).
struct FeeAverageConfig {
  enum class Over {
    kDay,      // the network's blocks of the day
    kLast144,  // its last 144 blocks, whenever they came
  };

  Over over = Over::kDay;
  double trim = 0.0;  // part of the blocks left out at each end, the poorest and the richest
};

/// Options `<prefix>_fees` and `<prefix>_trim`.
void add_options(OptionTable& table, FeeAverageConfig& config, const std::string& prefix);

/// The fees that FPPS pays for an expected block, day by day.
class FeeAverage {
 public:
  explicit FeeAverage(const FeeAverageConfig& config) : config_(config) {}

  /// Fees of the network's next block.
  void add(Satoshi fees);
  /// At the end of a day; nothing if there is no block to take it from.
  std::optional<Satoshi> end_day();

 private:
  FeeAverageConfig config_;
  std::vector<Satoshi> fees_;
};

}  // namespace aicmp
