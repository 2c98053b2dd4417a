#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/calibration/calibrate.hpp"

namespace aicmp {
namespace {

std::string table_of(const std::string& key) {
  return key.substr(0, key.rfind('.'));
}

}  // namespace

std::string calibration_toml(const Calibration& calibration) {
  std::string text =
      "# Parameters from history, by aicmp calibrate: a part of a scenario, used as\n"
      "#   extends = \"this file\"\n# ± is one standard error.\n";
  for (const Fit& fit : calibration.fits) {
    text += fmt::format("#\n# {}: {}\n", fit.process, fit.source);
    for (const std::string& warning : fit.warnings) text += fmt::format("#   {}\n", warning);
  }
  std::vector<std::string> tables;
  for (const Setting& setting : calibration.settings) {
    const std::string table = table_of(setting.key);
    if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
  }
  for (const std::string& table : tables) {
    text += fmt::format("\n[{}]\n", table);
    for (const Setting& setting : calibration.settings) {
      if (table_of(setting.key) != table) continue;
      text += fmt::format("{} = {}", setting.key.substr(table.size() + 1), setting.toml);
      text += setting.comment.empty() ? "\n" : fmt::format("  # {}\n", setting.comment);
    }
  }
  return text;
}

std::string calibration_text(const Calibration& calibration) {
  std::string text;
  for (const Fit& fit : calibration.fits) {
    text += fmt::format("{}\n  from {}\n", fit.process, fit.source);
    for (const Estimate& estimate : fit.estimates) {
      text += fmt::format("  {:<42}{:>12.5g}", estimate.what, estimate.value);
      text += estimate.standard_error > 0.0 ? fmt::format(" ± {:<9.2g}", estimate.standard_error)
                                            : fmt::format("{:12}", "");
      text += estimate.unit + "\n";
    }
    if (!fit.checks.empty()) {
      const auto held = std::count_if(fit.checks.begin(), fit.checks.end(),
                                      [](const Check& check) { return check.holds(); });
      text += fmt::format("  {} of {} properties of the data lie where the model puts them\n", held,
                          fit.checks.size());
    }
    for (const std::string& warning : fit.warnings) text += "  ! " + warning + "\n";
    text += "\n";
  }
  for (const std::string& note : calibration.notes) text += note + "\n";
  return text;
}

std::string calibration_json(const Calibration& calibration) {
  nlohmann::ordered_json fits = nlohmann::ordered_json::array();
  for (const Fit& fit : calibration.fits) {
    nlohmann::ordered_json entry{{"process", fit.process}, {"source", fit.source}};
    for (const Estimate& e : fit.estimates) {
      entry["estimates"].push_back({{"key", e.key},
                                    {"what", e.what},
                                    {"value", e.value},
                                    {"standard_error", e.standard_error},
                                    {"unit", e.unit}});
    }
    for (const Check& c : fit.checks) {
      entry["checks"].push_back({{"property", c.property},
                                 {"observed", c.observed},
                                 {"low", c.low},
                                 {"high", c.high},
                                 {"holds", c.holds()}});
    }
    entry["warnings"] = fit.warnings;
    fits.push_back(std::move(entry));
  }
  const nlohmann::ordered_json all{{"fits", fits}, {"notes", calibration.notes}};
  return all.dump(2) + "\n";
}

}  // namespace aicmp
