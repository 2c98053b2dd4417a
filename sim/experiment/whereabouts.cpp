#include "sim/experiment/whereabouts.hpp"

namespace aicmp {

Whereabouts::Whereabouts(const Scenario& scenario, const Population& miners, const WorldKey& key)
    : miners_(miners),
      hoppers_(scenario.fleet, miners),
      choosers_(scenario.fleet, miners, key),
      spreaders_(scenario.fleet, miners),
      connections_(scenario.attack.connections, scenario.pool.connections, miners.size(), key),
      hijack_(scenario.attack.hijack, scenario.pool.encrypted, miners.size(), key),
      elsewhere_(miners.size()),
      hijacked_(miners.size()) {}

std::vector<double> Whereabouts::move(Time now, const Plant* plant) {
  book(now);
  const std::vector<bool> here = hoppers_.present();
  std::vector<double> parts(miners_.size());
  cut_off_hashes_per_s_ = 0.0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool chooses = choosers_.exist() && here[i];
    parts[i] = chooses ? choosers_.inside()[i] : static_cast<double>(here[i]);
    const double away = chooses ? choosers_.outside(i) : 1.0 - parts[i];
    parts[i] *= spreaders_.part(i);  // pay in the other pools, which is as here, is not booked
    const double working = plant != nullptr ? plant->parts()[i] : 1.0;
    parts[i] *= working;
    elsewhere_.set(i, away * working * miners_.hashes_per_s[i],
                   chooses ? choosers_.kept_outside(i) : 1.0);
    const double connected = connections_.part(i);
    cut_off_hashes_per_s_ += (1.0 - connected) * parts[i] * miners_.hashes_per_s[i];
    parts[i] *= connected;
    const double taken = parts[i] * hijack_.taken(static_cast<std::uint32_t>(i));
    parts[i] -= taken;
    hijacked_.set(i, taken * miners_.hashes_per_s[i], 1.0);
  }
  return parts;
}

void Whereabouts::book(Time now) {
  elsewhere_.book(now);
  hijacked_.book(now);
  cut_off_hashes_ += cut_off_hashes_per_s_ * (now - booked_).in_seconds();
  booked_ = now;
}

void Whereabouts::set_value(double sat_per_hash) {
  elsewhere_.set_value(sat_per_hash);
  hijacked_.set_value(sat_per_hash);
}

double Whereabouts::stopped_hashes_per_s(const Plant* plant) const {
  double sum = choosers_.idle_hashes_per_s() + cut_off_hashes_per_s_;
  if (plant == nullptr) return sum;
  for (std::size_t i = 0; i < miners_.size(); ++i) {
    sum += (1.0 - plant->parts()[i]) * miners_.hashes_per_s[i];
  }
  return sum;
}

}  // namespace aicmp
