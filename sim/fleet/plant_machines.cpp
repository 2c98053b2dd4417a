#include <algorithm>
#include <cmath>

#include "sim/fleet/plant_tally.hpp"

namespace aicmp {
namespace {

/// Hash rate over that of a running machine, `s` seconds after its start, integrated from 0.
double ramped_s(double s, double start_s, double ramp_s) {
  if (s <= start_s) return 0.0;
  const double ramping = std::min(s - start_s, ramp_s);
  const double half = ramp_s > 0.0 ? 0.5 * ramping * ramping / ramp_s : 0.0;
  return half + std::max(0.0, s - start_s - ramp_s);
}

}  // namespace

/// Means over a step, in parts of a sound machine.
struct Plant::Spell {
  double hash = 1.0;
  double power = 1.0;
  double faulty_s = 0.0;
};

/// Failures and repairs of a machine within a step.
Plant::Spell Plant::live_through(Group& group, std::uint32_t machine, double dt_s, bool powered) {
  double hazard_per_s = powered ? group.failures.hazard_per_s() : 0.0;
  const double above_k = celsius_[machine] - group.config.thermal.target_c;
  if (above_k > 0.01) hazard_per_s *= group.failures.acceleration(above_k);
  double& left = left_[machine];
  Fault& fault = fault_[machine];
  if (fault == Fault::kNone && left > hazard_per_s * dt_s) {
    left -= hazard_per_s * dt_s;
    return {};
  }

  Spell spell{0.0, 0.0, 0.0};
  const auto tell = [&](SiteNotice::Kind kind, double at_s) {
    if (!group.config.notices) return;
    notices_.push_back({kind, now_ + Time::seconds(at_s), group.site, machine, fault});
  };
  for (double t = 0.0; t < dt_s;) {
    if (fault == Fault::kNone) {
      const double sound_s =
          hazard_per_s > 0.0 ? std::min(dt_s - t, left / hazard_per_s) : dt_s - t;
      spell.hash += sound_s;
      spell.power += sound_s;
      left -= hazard_per_s * sound_s;
      t += sound_s;
      if (t >= dt_s) break;
      const Failures::Draw draw = group.failures.draw(machine - group.first, ++failures_[machine]);
      fault = draw.fault;
      left = draw.repair_s;
      age_s_[machine] = 0.0F;
      totals_[machine].failures = failures_[machine];
      tell(SiteNotice::Kind::kFailure, t);
    } else {
      const double faulty_s = std::min(dt_s - t, left);
      const double age_s = age_s_[machine];
      spell.hash += group.failures.hash_seconds(fault, age_s, age_s + faulty_s);
      spell.power += Failures::power_part(fault) * faulty_s;
      spell.faulty_s += faulty_s;
      age_s_[machine] += static_cast<float>(faulty_s);
      left -= faulty_s;
      t += faulty_s;
      if (left > 0.0) break;
      totals_[machine].repair_usd += static_cast<float>(group.failures.repair_cost_usd(fault));
      tell(SiteNotice::Kind::kRepair, t);
      fault = Fault::kNone;
      left = group.failures.draw(machine - group.first, failures_[machine]).exposure;
    }
  }
  spell.hash /= dt_s;
  spell.power /= dt_s;
  return spell;
}

void Plant::live(Group& group, double air_c, double dt_s, double usd_per_j, double usd_per_th,
                 Tally& tally) {
  const MachinesConfig& config = group.config;
  const ThermalModel& thermal = group.thermal;
  const double dust = 1.0 + config.dust_per_year * years_;
  const double aging = 1.0 + config.aging_per_year * years_;
  const double wanted_part = group.set.power_w / group.mode.power_w;
  const double least_part = group.curve.min_power_w() / group.mode.power_w;
  const double sleep_part = group.sleep_w / group.board_w;
  const double start_s = config.start_minutes * 60.0;
  const double ramp_s = config.ramp_minutes * 60.0;
  const bool too_warm = air_c > thermal.ambient_off_c();

  for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
    const double quality = quality_[i] * aging;
    const double resistance = resistance_[i] * dust;
    double power = quality * wanted_part;
    double ths = group.set.hashrate_ths;
    const bool wanted = i - group.first < group.running;
    bool powered = wanted && !too_warm;
    if (powered) {
      const MachineLimits& limits = own_limits_.empty() ? group.limits : own_limits_[i];
      double most = limits.most_part;
      const double calm = thermal.most_power(limits.throttle_c, air_c, resistance);
      if (power > std::min(calm, most)) {
        const bool throttled = calm < most;
        most = std::min(most, std::max(calm, quality * least_part));
        power = std::min(power, most);
        ths = std::min(ths, group.curve.ths_at(power / quality * group.mode.power_w));
        powered = power >= quality * least_part &&
                  power <= thermal.most_power(limits.off_c, air_c, resistance);
        if (throttled && powered) tally.throttled_s += dt_s;
      }
    }
    if (wanted && !powered) tally.hot_s += dt_s;

    const Spell spell = live_through(group, i, dt_s, powered);
    double hash = 0.0;  // mean TH/s
    double fans = 0.0;
    if (powered) {
      double start = 1.0;
      const double since = started_s_[i];
      if (since < start_s + ramp_s) {
        start = (ramped_s(since + dt_s, start_s, ramp_s) - ramped_s(since, start_s, ramp_s)) / dt_s;
        started_s_[i] += static_cast<float>(dt_s);
      }
      hash = ths * start * spell.hash;
      power *= spell.power * (config.start_power + (1.0 - config.start_power) * start);
      fans = spell.power;
    } else {
      power = sleep_part;
      started_s_[i] = 0.0F;
    }
    const ThermalModel::Regime regime = thermal.regime(power, air_c, resistance);
    const ThermalModel::Step heat = ThermalModel::step(regime, celsius_[i], dt_s);
    const double energy_j = powered ? group.board_w * dt_s *
                                          (thermal.board_power(power, heat.mean_c) +
                                           fans * thermal.fan_power(regime.fan_speed))
                                    : group.sleep_w * dt_s;
    celsius_[i] = heat.end_c;

    const double hashes_th = hash * dt_s;
    parts_[account_[i]] += hash * 1e12 / base_[account_[i]];
    MachineTotals& total = totals_[i];
    total.energy_j += energy_j;
    total.hashes_th += hashes_th;
    total.celsius_s += heat.mean_c * dt_s;
    total.energy_usd += energy_j * usd_per_j;
    total.revenue_usd += hashes_th * usd_per_th;
    total.hottest_c = std::max(total.hottest_c, static_cast<float>(heat.end_c));
    const auto chip_c = static_cast<float>(thermal.chip_c(heat.end_c, power));
    total.hottest_chip_c = std::max(total.hottest_chip_c, chip_c);
    const double up_s = hash > 0.0 ? dt_s * std::min(1.0, hash / ths) : 0.0;
    total.up_s += up_s;
    tally.energy_j += energy_j;
    tally.hashes_th += hashes_th;
    tally.up_s += up_s;
    tally.faulty_s += spell.faulty_s;
  }
  tally.energy_usd = tally.energy_j * usd_per_j;
  tally.revenue_usd = tally.hashes_th * usd_per_th;
}

}  // namespace aicmp
