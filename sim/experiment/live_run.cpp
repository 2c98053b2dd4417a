#include "sim/experiment/live_run.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

using namespace std::chrono_literals;
using SettingsJson = nlohmann::json;

constexpr char kSettings[] = "settings.json";

/// Text of a file, or nothing where there is none.
std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

ConfigError refused(const std::string& key, const std::string& why, const std::string& allowed) {
  return ConfigError({kSettings, 0}, key, why, allowed);
}

OwnerLimits limits_of(const std::string& miner, const SettingsJson& settings) {
  if (!settings.is_object()) throw refused(miner, "not an object", R"({"max_power_w": 2500})");
  OwnerLimits limits;
  const std::map<std::string, std::optional<double>*> places = {
      {"max_power_w", &limits.max_power_w},
      {"throttle_c", &limits.throttle_c},
      {"off_c", &limits.off_c},
      {"warn_c", &limits.warn_c}};
  for (const auto& [key, value] : settings.items()) {
    const auto place = places.find(key);
    if (place == places.end()) {
      throw refused(fmt::format("{}.{}", miner, key), "unknown",
                    "max_power_w, throttle_c, off_c, warn_c");
    }
    const double most = key == "max_power_w" ? 1e7 : 150.0;
    if (!value.is_number() || value.get<double>() < 0.0 || value.get<double>() > most) {
      throw refused(fmt::format("{}.{}", miner, key), value.dump(), fmt::format("0 to {:g}", most));
    }
    *place->second = value.get<double>();
  }
  return limits;
}

std::uint32_t number_of(const std::string& miner) {
  constexpr std::size_t kMostDigits = 9;
  const bool digits = miner.find_first_not_of("0123456789") == std::string::npos;
  if (miner.empty() || !digits || miner.size() > kMostDigits) {
    throw refused(miner, "not a miner", "a number as in miners.csv");
  }
  return static_cast<std::uint32_t>(std::stoul(miner));
}

}  // namespace

LiveRun::LiveRun(RunFolder& folder, Recorder& recorder, double speed)
    : folder_(folder), recorder_(recorder), speed_(speed), start_(Clock::now()) {}

void LiveRun::advance(World& world, const std::atomic<bool>* interrupt) {
  const Scenario& scenario = world.scenario();
  const Time period = Time::hours(scenario.fleet.control_minutes / 60.0);
  const Time next = std::min(world.now() + period, scenario.run.horizon());
  if (shown_ == Clock::time_point()) show(world);
  const auto due = start_ + std::chrono::duration_cast<Clock::duration>(
                                std::chrono::duration<double>(next.in_seconds() / speed_));
  while (Clock::now() < due) {
    if (interrupt != nullptr && interrupt->load()) return;
    std::this_thread::sleep_for(std::min<Clock::duration>(due - Clock::now(), 20ms));
  }
  read_settings(world);
  world.advance(next);
  if (Clock::now() >= shown_ + 1s) show(world);
}

void LiveRun::read_settings(World& world) {
  std::string text = text_of(folder_.path() + "/" + kSettings);
  if (text.empty() || text == settings_) return;
  settings_ = std::move(text);
  const SettingsJson settings = SettingsJson::parse(settings_, nullptr, /*allow_exceptions=*/false);
  if (!settings.is_object()) {
    recorder_.note_refusal(world, {}, std::string(kSettings) + ": not a JSON object");
    return;
  }
  for (const auto& [name, wanted] : settings.items()) {
    std::optional<std::uint32_t> miner;
    try {
      miner = number_of(name);
      set(world, *miner, limits_of(name, wanted));
    } catch (const ConfigError& error) {
      recorder_.note_refusal(world, miner, error.under(name + ".").what());
    }
  }
}

void LiveRun::set(World& world, std::uint32_t miner, const OwnerLimits& limits) {
  if (limits_[miner] == limits) return;
  limits_[miner] = limits;
  world.set_limits(miner, limits);
  recorder_.note_limits(world, miner, limits);
}

void LiveRun::show(const World& world) {
  recorder_.show(world);
  if (const Plant* plant = world.plant(); plant != nullptr && states_.news(*plant)) {
    folder_.replace("machine_states.csv", [&](OutputFile& file) { states_.write(file, *plant); });
  }
  shown_ = Clock::now();
}

}  // namespace aicmp
