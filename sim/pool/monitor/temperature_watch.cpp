#include "sim/pool/monitor/temperature_watch.hpp"

#include <algorithm>

namespace aicmp {

void add_options(OptionTable& table, TemperatureConfig& config) {
  table.add("pool.monitor.temperature.hot_c", config.hot_c, "C", Limits::between(0.0, 150.0),
            "temperature: boards of a machine as hot as this, unless its owner sets another "
            "(machines.thermal.warn_c).");
  table.add("pool.monitor.temperature.band_k", config.band_k, "K", Limits::between(0.0, 100.0),
            "temperature: a machine is cool again so far below.");
  table.add("pool.monitor.temperature.again_hours", config.again_hours, "h",
            Limits::between(0.0, 87'600.0),
            "temperature: least time between two notices to one miner, each of which is about all "
            "its machines.");
}

std::vector<HotNotice> TemperatureWatch::look(Time now, std::span<const BoardReport> reports) {
  machines_.resize(reports.size());
  std::vector<HotNotice> notices;
  for (std::size_t begin = 0, end = 0; begin < reports.size(); begin = end) {
    HotNotice notice{now, reports[begin].miner, 0, 0.0};
    bool news = false;
    for (end = begin; end < reports.size() && reports[end].miner == notice.miner; ++end) {
      update(machines_[end], reports[end]);
      if (machines_[end].state == State::kCool) continue;
      news = news || machines_[end].state == State::kHot;
      notice.hottest_c = std::max(notice.hottest_c, reports[end].celsius);
      ++notice.machines;
    }
    if (!news) continue;
    if (miners_.size() <= notice.miner) miners_.resize(notice.miner + 1);
    Miner& miner = miners_[notice.miner];
    if (miner.notices > 0 && now - miner.last < Time::hours(config_.again_hours)) continue;
    for (std::size_t i = begin; i < end; ++i) {
      if (machines_[i].state == State::kHot) machines_[i].state = State::kTold;
    }
    miner.last = now;
    ++miner.notices;
    ++count_;
    notices.push_back(notice);
  }
  return notices;
}

void TemperatureWatch::update(Machine& machine, const BoardReport& report) const {
  const double hot_c = report.hot_c > 0.0 ? report.hot_c : config_.hot_c;
  if (machine.state == State::kCool) {
    if (report.celsius < hot_c) return;
    machine.state = State::kHot;
    ++machine.times;
  } else if (report.celsius < hot_c - config_.band_k) {
    machine.state = State::kCool;
  }
}

std::int64_t TemperatureWatch::notices(std::uint32_t miner) const {
  return miner < miners_.size() ? miners_[miner].notices : 0;
}

std::uint32_t TemperatureWatch::times_hot(std::size_t machine) const {
  return machine < machines_.size() ? machines_[machine].times : 0;
}

}  // namespace aicmp
