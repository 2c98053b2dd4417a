#include "sim/fleet/asic.hpp"

namespace aicmp {
namespace {

// Public lists that the nameplates were read from. Months of release are general knowledge.
constexpr const char* kAsicsTools = "github.com/nhamilton1/asics-tools asicWattList.ts";
constexpr const char* kSharedCore = "npm @btc-mining/shared-core data/miners.js";
constexpr const char* kBitCube = "github.com/cyberlais/bit-cube.new src/models.ts";
constexpr const char* kZeus = "zeusmining.com, note on the A13";
constexpr const char* kNameplate = "nameplate, general knowledge";

// Presets of one real machine, as its firmware reports them.
constexpr const char* kVnishS19 = "VNish 1.2.6 API documentation, presets of an Antminer S19";
constexpr const char* kVnishS19k = "VNish presets in a test fixture of an open-source tool";
constexpr const char* kVnishS19Hyd = "github.com/256foundation/asic-rs pull request 284";
constexpr const char* kHashprophet = "jrjr.meme/hashprophet";

constexpr Cooling kAir = Cooling::kAir;
constexpr Cooling kHydro = Cooling::kHydro;
constexpr Cooling kImmersion = Cooling::kImmersion;

std::vector<PowerMode> s19_modes() {
  return {{"1100 W", 53, 1100, kVnishS19},  {"1300 W", 58, 1300, kVnishS19},
          {"1500 W", 63, 1500, kVnishS19},  {"1700 W", 68, 1700, kVnishS19},
          {"1900 W", 73, 1900, kVnishS19},  {"2100 W", 78, 2100, kVnishS19},
          {"2350 W", 85, 2350, kVnishS19},  {"2620 W", 91, 2620, kVnishS19},
          {"2950 W", 99, 2950, kVnishS19},  {"3200 W", 102, 3200, kVnishS19},
          {"3350 W", 105, 3350, kVnishS19}, {"3750 W", 110, 3750, kVnishS19},
          {"4000 W", 115, 4000, kVnishS19}, {"4260 W", 120, 4260, kVnishS19},
          {"4690 W", 124, 4690, kVnishS19}};
}

std::vector<PowerMode> s19k_pro_modes() {
  return {{"2050 W", 80, 2050, kVnishS19k},
          {"2180 W", 85, 2180, kVnishS19k},
          {"2310 W", 90, 2310, kVnishS19k},
          {"2470 W", 95, 2470, kVnishS19k},
          {"2600 W", 100, 2600, kVnishS19k}};
}

std::vector<PowerMode> s19j_pro_96t_modes() {
  return {{"overclock", 105, 3100, kHashprophet}, {"underclock", 74.5, 1905, kHashprophet}};
}

std::vector<PowerMode> s19_pro_hyd_modes() {
  return {{"3495 W", 132, 3495, kVnishS19Hyd}};
}

std::vector<PowerMode> t21_modes() {
  return {{"high energy", 233, 5126, kNameplate}};
}

std::vector<AsicModel> make_table() {
  return {
      // name, maker, cooling, TH/s, W, J/TH, release, source, modes
      {"Antminer S9", "Bitmain", kAir, 13.5, 1323, 98.0, "2016-06", kAsicsTools},
      {"Antminer S17 Pro", "Bitmain", kAir, 53, 2094, 39.5, "2019-04", kNameplate},
      {"Whatsminer M20S", "MicroBT", kAir, 60, 3120, 52.0, "2019-08", kAsicsTools},
      {"Antminer S17e", "Bitmain", kAir, 64, 2880, 45.0, "2019-11", kAsicsTools},
      {"Whatsminer M30S", "MicroBT", kAir, 88, 3344, 38.0, "2020-04", kAsicsTools},
      {"Antminer S19", "Bitmain", kAir, 95, 3250, 34.2, "2020-05", kAsicsTools, s19_modes()},
      {"Antminer S19 Pro", "Bitmain", kAir, 110, 3250, 29.5, "2020-05", kAsicsTools},
      {"Antminer T19", "Bitmain", kAir, 84, 3150, 37.5, "2020-06", kNameplate},
      {"Whatsminer M30S+", "MicroBT", kAir, 100, 3400, 34.0, "2020-10", kAsicsTools},
      {"Whatsminer M30S++", "MicroBT", kAir, 112, 3472, 31.0, "2020-10", kNameplate},
      {"Avalon A1246", "Canaan", kAir, 90, 3420, 38.0, "2021-01", kAsicsTools},
      {"Antminer S19j Pro 96T", "Bitmain", kAir, 96, 2850, 29.7, "2021-06", kHashprophet,
       s19j_pro_96t_modes()},
      {"Antminer S19j Pro", "Bitmain", kAir, 104, 3068, 29.5, "2021-06", kSharedCore},
      {"Antminer S19a Pro", "Bitmain", kAir, 110, 3245, 29.5, "2021-10", kAsicsTools},
      {"Antminer S19 Pro Hyd", "Bitmain", kHydro, 177, 5221, 29.5, "2022-05", kNameplate,
       s19_pro_hyd_modes()},
      {"Antminer S19 XP", "Bitmain", kAir, 140, 3010, 21.5, "2022-07", kSharedCore},
      {"Whatsminer M50S", "MicroBT", kAir, 126, 3276, 26.0, "2022-07", kSharedCore},
      {"Antminer S19 XP Hyd", "Bitmain", kHydro, 255, 5304, 20.8, "2022-10", kNameplate},
      {"Avalon A1346", "Canaan", kAir, 110, 3300, 30.0, "2022-10", kZeus},
      {"Avalon A1366", "Canaan", kAir, 130, 3250, 25.0, "2022-10", kZeus},
      {"Whatsminer M53S", "MicroBT", kHydro, 230, 6174, 26.8, "2022-10", kNameplate},
      {"Antminer S19j Pro+", "Bitmain", kAir, 122, 3355, 27.5, "2022-12", kSharedCore},
      {"Antminer S19k Pro", "Bitmain", kAir, 120, 2760, 23.0, "2023-03", kBitCube,
       s19k_pro_modes()},
      {"Whatsminer M50S++", "MicroBT", kAir, 148, 3296, 22.3, "2023-04", kSharedCore},
      {"Whatsminer M56S++", "MicroBT", kImmersion, 242, 5324, 22.0, "2023-04", kBitCube},
      {"Avalon A1466", "Canaan", kAir, 150, 3300, 22.0, "2023-09", kSharedCore},
      {"Whatsminer M60S", "MicroBT", kAir, 186, 3441, 18.5, "2023-10", kNameplate},
      {"Whatsminer M63S", "MicroBT", kHydro, 390, 7215, 18.5, "2023-10", kNameplate},
      {"Whatsminer M66S", "MicroBT", kImmersion, 298, 5513, 18.5, "2023-10", kNameplate},
      {"Antminer S21", "Bitmain", kAir, 200, 3500, 17.5, "2024-01", kSharedCore},
      {"Antminer S21 Hyd", "Bitmain", kHydro, 335, 5360, 16.0, "2024-01", kSharedCore},
      {"Antminer T21", "Bitmain", kAir, 190, 3610, 19.0, "2024-01", kBitCube, t21_modes()},
      {"Whatsminer M60S+", "MicroBT", kAir, 200, 3600, 18.0, "2024-05", kSharedCore},
      {"Antminer S21 Immersion", "Bitmain", kImmersion, 301, 5569, 18.5, "2024-06", kSharedCore},
      {"Antminer S21 Pro", "Bitmain", kAir, 234, 3510, 15.0, "2024-07", kSharedCore},
      {"Antminer S21 XP", "Bitmain", kAir, 270, 3645, 13.5, "2024-10", kSharedCore},
      {"Antminer S21 XP Hyd", "Bitmain", kHydro, 473, 5676, 12.0, "2024-10", kSharedCore},
      {"Antminer S21+", "Bitmain", kAir, 216, 3564, 16.5, "2024-11", kSharedCore},
      {"Whatsminer M66S++", "MicroBT", kImmersion, 356, 5518, 15.5, "2024-12", kNameplate},
      {"Avalon A1566", "Canaan", kAir, 185, 3420, 18.5, "2025-01", kSharedCore},
      {"Avalon Q", "Canaan", kAir, 90, 1674, 18.6, "2025-01", kNameplate},
      {"Antminer S21e XP Hyd 3U", "Bitmain", kHydro, 860, 11180, 13.0, "2025-01", kSharedCore},
      {"Antminer S21+ Hyd", "Bitmain", kHydro, 319, 4785, 15.0, "2025-02", kSharedCore},
      {"Auradine AH3880", "Auradine", kHydro, 600, 8700, 14.5, "2025-03", kNameplate},
      {"Sealminer A2 Pro Hyd", "Bitdeer", kHydro, 500, 7450, 14.9, "2025-06", kNameplate},
      {"Antminer S21 XP+ Hyd", "Bitmain", kHydro, 500, 5500, 11.0, "2025-07", kSharedCore},
  };
}

}  // namespace

const std::vector<AsicModel>& asic_table() {
  static const std::vector<AsicModel> table = make_table();
  return table;
}

}  // namespace aicmp
