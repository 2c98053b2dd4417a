#include "sim/fleet/region.hpp"

#include <array>

namespace aicmp {
namespace {

constexpr std::size_t kRegions = 6;

// Rows and columns in the order of Region, without kNone.
constexpr std::array<std::array<double, kRegions>, kRegions> kLatencyMs2019 = {{
    {32, 124, 184, 198, 151, 189},
    {124, 11, 227, 237, 252, 294},
    {184, 227, 88, 325, 301, 322},
    {198, 237, 325, 85, 58, 198},
    {151, 252, 301, 58, 12, 126},
    {189, 294, 322, 198, 126, 16},
}};

}  // namespace

std::vector<std::pair<std::string, Region>> region_names() {
  return {{"none", Region::kNone},
          {"north_america", Region::kNorthAmerica},
          {"europe", Region::kEurope},
          {"south_america", Region::kSouthAmerica},
          {"asia_pacific", Region::kAsiaPacific},
          {"japan", Region::kJapan},
          {"australia", Region::kAustralia}};
}

double region_latency_ms(Region from, Region to) {
  if (from == Region::kNone || to == Region::kNone) return 0.0;
  const auto index = [](Region region) { return static_cast<std::size_t>(region) - 1; };
  return kLatencyMs2019[index(from)][index(to)];
}

}  // namespace aicmp
