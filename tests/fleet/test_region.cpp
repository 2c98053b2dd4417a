#include <map>
#include <string>

#include <doctest/doctest.h>

#include "sim/base/csv.hpp"
#include "sim/fleet/region.hpp"
#include "tests/fleet/data_folder.hpp"

namespace aicmp {

TEST_CASE("latency is alike both ways, least at home, and none from nowhere") {
  for (const auto& [from_name, from] : region_names()) {
    CAPTURE(from_name);
    CHECK(region_latency_ms(from, Region::kNone) == 0.0);
    CHECK(region_latency_ms(Region::kNone, from) == 0.0);
    for (const auto& [to_name, to] : region_names()) {
      CAPTURE(to_name);
      CHECK(region_latency_ms(from, to) == region_latency_ms(to, from));
      if (from == Region::kNone || to == Region::kNone || from == to) continue;
      CHECK(region_latency_ms(from, to) > 0.0);
      const bool japan_is_near = from == Region::kAsiaPacific && to == Region::kJapan;
      if (!japan_is_near) CHECK(region_latency_ms(from, from) < region_latency_ms(from, to));
    }
  }
}

TEST_CASE("latency is SimBlock's matrix of 2019") {
  const std::string path = shared_data("latency_ms.csv");
  if (path.empty()) {
    MESSAGE("skipped: latency_ms.csv is not here");
    return;
  }
  const std::map<std::string, Region, std::less<>> regions = {
      {"NORTH_AMERICA", Region::kNorthAmerica},
      {"EUROPE", Region::kEurope},
      {"SOUTH_AMERICA", Region::kSouthAmerica},
      {"ASIA_PACIFIC", Region::kAsiaPacific},
      {"JAPAN", Region::kJapan},
      {"AUSTRALIA", Region::kAustralia}};
  const CsvFile csv(path);
  int compared = 0;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    if (csv.integer(row, csv.column("year")) != 2019) continue;
    const Region from = regions.find(csv.text(row, csv.column("from")))->second;
    const Region to = regions.find(csv.text(row, csv.column("to")))->second;
    CHECK(region_latency_ms(from, to) == csv.number(row, csv.column("mean_ms")));
    ++compared;
  }
  CHECK(compared == 36);
}

}  // namespace aicmp
