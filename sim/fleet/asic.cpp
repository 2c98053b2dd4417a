#include "sim/fleet/asic.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"

namespace aicmp {
namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::size_t position(std::span<const AsicModel> models, std::string_view name) {
  const std::string wanted = lower_case(name);
  const auto found = std::find_if(models.begin(), models.end(), [&](const AsicModel& model) {
    return lower_case(model.name) == wanted;
  });
  return static_cast<std::size_t>(found - models.begin());
}

AsicModel make_model(const AsicConfig& config) {
  AsicModel model;
  model.name = config.name;
  model.maker = config.maker;
  model.cooling = config.cooling;
  model.hashrate_ths = config.hashrate_ths;
  model.power_w = config.power_w;
  model.efficiency_jth = std::round(10.0 * config.power_w / config.hashrate_ths) / 10.0;
  model.source = "scenario";
  return model;
}

}  // namespace

void add_options(OptionTable& table, AsicConfig& config) {
  table.add("name", config.name, "Name by which groups choose the model.");
  table.add("maker", config.maker, "Maker, for reports.");
  table.add_choice(
      "cooling", config.cooling,
      {{"air", Cooling::kAir}, {"hydro", Cooling::kHydro}, {"immersion", Cooling::kImmersion}},
      "How the machine is cooled.");
  table.add("hashrate_ths", config.hashrate_ths, "TH/s", Limits::between(1e-9, 1e6),
            "Hash rate of one machine.");
  table.add("power_w", config.power_w, "W", Limits::between(1e-3, 1e7),
            "Power of one machine at the wall.");
}

AsicCatalogue::AsicCatalogue(std::span<const AsicConfig> own) : models_(asic_table()) {
  for (std::size_t i = 0; i < own.size(); ++i) {
    const std::string key = fmt::format("fleet.asic[{}].name", i);
    if (own[i].name.empty()) throw ConfigError({}, key, "is empty");
    if (position(models_, own[i].name) < models_.size()) {
      throw ConfigError({}, key, fmt::format("there is already a model '{}'", own[i].name));
    }
    models_.push_back(make_model(own[i]));
  }
}

std::size_t AsicCatalogue::find(std::string_view name, const std::string& key) const {
  const std::size_t index = position(models_, name);
  if (index < models_.size()) return index;
  std::vector<std::string> known;
  for (const AsicModel& model : models_) known.push_back(lower_case(model.name));
  const std::string closest = nearest(lower_case(name), known);
  std::string why = fmt::format("there is no machine model '{}'", name);
  if (!closest.empty()) {
    why += fmt::format(", did you mean '{}'?", models_[position(models_, closest)].name);
  }
  known.clear();
  for (const AsicModel& model : models_) known.push_back(model.name);
  throw ConfigError({}, key, why, fmt::format("{}", fmt::join(known, ", ")));
}

OperatingPoint AsicCatalogue::operating_point(std::size_t model, std::string_view mode,
                                              const std::string& key) const {
  const AsicModel& machine = models_[model];
  if (mode.empty()) return {machine.hashrate_ths, machine.power_w};
  std::vector<std::string> known;
  for (const PowerMode& candidate : machine.modes) {
    if (candidate.name == mode) return {candidate.hashrate_ths, candidate.power_w};
    known.push_back(candidate.name);
  }
  throw ConfigError({}, key, fmt::format("'{}' has no mode '{}'", machine.name, mode),
                    known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
}

}  // namespace aicmp
