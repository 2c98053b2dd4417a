#pragma once

#include <cstdint>
#include <memory>

#include "sim/base/random.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/energy.hpp"
#include "sim/market/step_path.hpp"

namespace aicmp {

/// `local` is civil time in the zone of the tariff.
std::unique_ptr<StepSource> market_energy(const EnergyConfig::Market& config, const WorldKey& key,
                                          std::uint32_t site, const CivilTime& local);

}  // namespace aicmp
