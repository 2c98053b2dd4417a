#include "sim/experiment/machine_states.hpp"

namespace aicmp {

void MachineStates::write(OutputFile& file, const Plant& plant) {
  CsvWriter table(file, {"machine", "miner", "power_w", "ths", "celsius", "max_power_w",
                         "throttle_c", "off_c", "warn_c"});
  const double seconds = (plant.until() - looked_at_).in_seconds();
  seen_.resize(plant.machines());
  for (std::size_t i = 0; i < plant.machines(); ++i) {
    const MachineTotals& totals = plant.totals()[i];
    const MachineLimits& limits = plant.limits(i);
    table.row(i, plant.account_of(i), (totals.energy_j - seen_[i].energy_j) / seconds,
              (totals.hashes_th - seen_[i].hashes_th) / seconds, plant.celsius(i),
              limits.max_power_w, limits.throttle_c, limits.off_c, limits.warn_c);
  }
  looked_at_ = plant.until();
  seen_.assign(plant.totals().begin(), plant.totals().end());
}

}  // namespace aicmp
