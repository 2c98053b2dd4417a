#include "sim/fleet/failures.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

constexpr std::array<const char*, kFaults + 1> kNames = {
    "none", "board", "fan", "psu", "slow_loss", "connection", "clock", "firmware"};
constexpr std::array<const char*, kFaults> kHelp = {
    "loss of a hash board",   "failure of a fan",   "failure of the power supply",
    "slow loss of hash rate", "loss of connection", "wrong clock, which voids all shares",
    "hang of the firmware"};

double per_second(const FailureMode& mode) {
  return mode.mtbf_days > 0.0 ? 1.0 / (mode.mtbf_days * 86400.0) : 0.0;
}

}  // namespace

const char* name_of(Fault fault) {
  return kNames[static_cast<std::size_t>(fault)];
}

void add_options(OptionTable& table, FailureConfig& config, const std::string& prefix) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    const std::string mode = prefix + kNames[i + 1];
    const std::string what = kHelp[i];
    table.add(mode + "_mtbf_days", config.modes[i].mtbf_days, "d", Limits::between(0.0, 1e6),
              "Mean working time to a " + what + "; 0: never.");
    table.add(mode + "_repair_hours", config.modes[i].repair_hours, "h",
              {.min = 0.0, .max = 87'600.0, .min_open = true},
              "Mean time until it is noticed and repaired.");
    table.add(mode + "_repair_cost_usd", config.modes[i].repair_cost_usd, "USD",
              Limits::between(0.0, 1e6), "What a repair costs.");
  }
  table.add(prefix + "boards", config.boards, "", Limits::between(1.0, 16.0),
            "Hash boards of a machine.");
  table.add(prefix + "slow_loss_per_day", config.slow_loss_per_day, "1/d",
            {.min = 0.0, .max = 24.0, .min_open = true},
            "Part of its hash rate that a machine with a slow loss loses a day.");
  table.add(prefix + "wear_doubles_per_k", config.wear_doubles_per_k, "K",
            Limits::between(0.0, 1000.0),
            "Degrees of the boards above the target that double all failure rates; 0: no effect.");
}

Failures::Failures(const FailureConfig& config, const WorldKey& key, std::uint32_t group)
    : config_(config), key_(Rng::split(key)), first_block_(group << 20) {
  for (const FailureMode& mode : config_.modes) hazard_per_s_ += per_second(mode);
}

double Failures::acceleration(double above_target_k) const {
  if (config_.wear_doubles_per_k == 0.0 || above_target_k <= 0.0) return 1.0;
  return std::exp2(above_target_k / config_.wear_doubles_per_k);
}

double Failures::first_exposure(std::uint32_t machine) const {
  Rng rng(key_, StreamId::kFailures, machine, first_block_);
  return exponential(rng);
}

Failures::Draw Failures::draw(std::uint32_t machine, std::uint32_t count) const {
  Rng rng(key_, StreamId::kFailures, machine, first_block_ + count);
  double left = uniform(rng) * hazard_per_s_;
  std::size_t i = 0;
  while (i + 1 < kFaults && left >= per_second(config_.modes[i])) {
    left -= per_second(config_.modes[i]);
    ++i;
  }
  const double repair_s = config_.modes[i].repair_hours * 3600.0 * exponential(rng);
  return {static_cast<Fault>(i + 1), repair_s, exponential(rng)};
}

double Failures::hash_part(Fault fault, double age_s) const {
  switch (fault) {
    case Fault::kNone:
      return 1.0;
    case Fault::kBoard:
      return 1.0 - 1.0 / static_cast<double>(config_.boards);
    case Fault::kSlowLoss:
      return std::max(0.0, 1.0 - config_.slow_loss_per_day * age_s / 86400.0);
    default:
      return 0.0;
  }
}

double Failures::power_part(Fault fault) {
  const bool stopped = fault == Fault::kFan || fault == Fault::kPsu || fault == Fault::kFirmware;
  return stopped ? 0.0 : 1.0;
}

double Failures::hash_seconds(Fault fault, double from_s, double to_s) const {
  if (fault != Fault::kSlowLoss) return hash_part(fault, from_s) * (to_s - from_s);
  const double gone_s = 86400.0 / config_.slow_loss_per_day;  // nothing is left
  from_s = std::min(from_s, gone_s);
  to_s = std::min(to_s, gone_s);
  return 0.5 * (hash_part(fault, from_s) + hash_part(fault, to_s)) * (to_s - from_s);
}

double Failures::availability() const {
  double down = 0.0;
  for (const FailureMode& mode : config_.modes) {
    down += per_second(mode) * mode.repair_hours * 3600.0;
  }
  return 1.0 / (1.0 + down);
}

}  // namespace aicmp
