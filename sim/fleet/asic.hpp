#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

enum class Cooling { kAir, kHydro, kImmersion };

/// An operating point other than the nameplate: a firmware preset or a vendor's mode.
struct PowerMode {
  std::string name;
  double hashrate_ths = 0.0;
  double power_w = 0.0;  // at the wall, whole machine
  std::string source;
};

/// One model of mining machine at its nameplate.
struct AsicModel {
  std::string name;
  std::string maker;
  Cooling cooling = Cooling::kAir;
  double hashrate_ths = 0.0;
  double power_w = 0.0;
  double efficiency_jth = 0.0;  // power_w / hashrate_ths rounded to 0.1, as makers quote it
  std::string release;          // first deliveries, "YYYY-MM"; empty for a model of the user's
  std::string source;           // of TH/s and W
  std::vector<PowerMode> modes = {};
};

/// Throughput and draw of one machine.
struct OperatingPoint {
  double hashrate_ths = 0.0;
  double power_w = 0.0;

  double joules_per_hash() const { return power_w / (hashrate_ths * 1e12); }
};

/// A model of the user's own, `[[fleet.asic]]`.
struct AsicConfig {
  std::string name;
  std::string maker = "custom";
  Cooling cooling = Cooling::kAir;
  double hashrate_ths = 100.0;
  double power_w = 2000.0;
};

/// Options of one `[[fleet.asic]]`, keys relative to it.
void add_options(OptionTable& table, AsicConfig& config);

/// The built-in models, by release; numbers and sources in asic_table.cpp.
const std::vector<AsicModel>& asic_table();

/// The built-in models followed by the user's.
class AsicCatalogue {
 public:
  /// Throws ConfigError (key `fleet.asic[i].name`) for a name that is empty or taken.
  explicit AsicCatalogue(std::span<const AsicConfig> own = {});

  std::span<const AsicModel> models() const { return models_; }
  const AsicModel& operator[](std::size_t index) const { return models_[index]; }

  /// Index of a model by name, upper and lower case alike. A ConfigError on behalf of option `key`
  /// names the nearest model if there is none.
  std::size_t find(std::string_view name, const std::string& key) const;

  /// Nameplate of a model, or its mode `mode` if that is not empty. A ConfigError on behalf of
  /// option `key` lists the modes if there is no such mode.
  OperatingPoint operating_point(std::size_t model, std::string_view mode,
                                 const std::string& key) const;

 private:
  std::vector<AsicModel> models_;
};

}  // namespace aicmp
