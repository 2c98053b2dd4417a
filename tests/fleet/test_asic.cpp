#include <array>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/fleet/asic.hpp"
#include "tests/fleet/data_folder.hpp"

namespace aicmp {
namespace {

bool is_month(const std::string& text) {
  if (text.size() != 7 || text[4] != '-') return false;
  const int year = std::stoi(text.substr(0, 4));
  const int month = std::stoi(text.substr(5));
  return year >= 2013 && year <= 2026 && month >= 1 && month <= 12;
}

}  // namespace

TEST_CASE("every built-in model is complete, consistent and sourced") {
  std::set<std::string> names;
  std::string before;
  for (const AsicModel& model : asic_table()) {
    CAPTURE(model.name);
    CHECK(names.insert(model.name).second);
    CHECK_FALSE(model.maker.empty());
    CHECK_FALSE(model.source.empty());
    CHECK(is_month(model.release));
    CHECK(before <= model.release);
    before = model.release;
    // The published J/TH is rounded to a tenth.
    CHECK(std::abs(model.power_w / model.hashrate_ths - model.efficiency_jth) <= 0.0501);
  }
  CHECK(names.size() >= 25);
}

TEST_CASE("power modes: more hash rate always costs more power per hash or as much, within 1 %") {
  int models_with_modes = 0;
  for (const AsicModel& model : asic_table()) {
    CAPTURE(model.name);
    models_with_modes += !model.modes.empty();
    std::set<std::string> names;
    for (const PowerMode& mode : model.modes) {
      CAPTURE(mode.name);
      CHECK(names.insert(mode.name).second);
      CHECK_FALSE(mode.source.empty());
      const double efficiency = mode.power_w / mode.hashrate_ths;
      for (const PowerMode& other : model.modes) {
        if (other.hashrate_ths <= mode.hashrate_ths) continue;
        CHECK(other.power_w > mode.power_w);
        CHECK(other.power_w / other.hashrate_ths > 0.99 * efficiency);
      }
    }
  }
  CHECK(models_with_modes >= 5);
}

TEST_CASE("nameplates agree with the collected specifications") {
  const std::string path = shared_data("asic_specs.csv");
  if (path.empty()) {
    MESSAGE("skipped: asic_specs.csv is not here");
    return;
  }
  // Read by hand: notes at the end of its rows are quoted, which CsvFile does not take.
  std::ifstream file(path);
  std::size_t compared = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream row(line);
    std::array<std::string, 7> cell;  // model, maker, cooling, ths, watts, jth, release
    for (std::string& text : cell) std::getline(row, text, ',');
    for (const AsicModel& model : asic_table()) {
      if (model.name != cell[0]) continue;
      CAPTURE(model.name);
      CHECK(model.maker == cell[1]);
      CHECK(model.cooling == (cell[2] == "air"     ? Cooling::kAir
                              : cell[2] == "hydro" ? Cooling::kHydro
                                                   : Cooling::kImmersion));
      CHECK(model.hashrate_ths == std::stod(cell[3]));
      CHECK(model.power_w == std::stod(cell[4]));
      CHECK(model.release == cell[6]);
      ++compared;
    }
  }
  CHECK(compared >= 40);
}

TEST_CASE("a model is found whatever the case of its letters") {
  const AsicCatalogue catalogue;
  CHECK(catalogue[catalogue.find("Antminer S21", "k")].name == "Antminer S21");
  CHECK(catalogue[catalogue.find("antminer s21 PRO", "k")].name == "Antminer S21 Pro");
}

TEST_CASE("an unknown model is refused with the nearest one") {
  const AsicCatalogue catalogue;
  try {
    catalogue.find("Antminer S21 Porr", "fleet.groups[2].asic");
    FAIL("accepted");
  } catch (const ConfigError& error) {
    const std::string text = error.what();
    CHECK(
        text.starts_with("fleet.groups[2].asic: there is no machine model 'Antminer S21 Porr', "
                         "did you mean 'Antminer S21 Pro'? (allowed: Antminer S9, "));
    CHECK(text.find('\n') == std::string::npos);
  }
  CHECK_THROWS_AS(catalogue.find("", "k"), ConfigError);
}

TEST_CASE("modes are operating points; unknown ones are refused with those there are") {
  const AsicCatalogue catalogue;
  const std::size_t t21 = catalogue.find("Antminer T21", "k");
  CHECK(catalogue.operating_point(t21, "", "k").hashrate_ths == 190.0);
  CHECK(catalogue.operating_point(t21, "high energy", "k").power_w == 5126.0);
  CHECK(catalogue.operating_point(t21, "", "k").joules_per_hash() == doctest::Approx(19e-12));
  CHECK_THROWS_WITH_AS(catalogue.operating_point(t21, "eco", "m"),
                       "m: 'Antminer T21' has no mode 'eco' (allowed: high energy)", ConfigError);
}

TEST_CASE("models of the user's own follow the built-in ones and may not take their names") {
  AsicConfig own;
  own.name = "Home Miner";
  own.hashrate_ths = 1.2;
  own.power_w = 17.0;
  const AsicCatalogue catalogue(std::span(&own, 1));
  CHECK(catalogue.models().size() == asic_table().size() + 1);
  const AsicModel& model = catalogue[catalogue.find("home miner", "k")];
  CHECK(model.power_w == 17.0);
  CHECK(model.efficiency_jth == doctest::Approx(14.2));

  own.name = "ANTMINER s9";
  CHECK_THROWS_WITH_AS(AsicCatalogue(std::span(&own, 1)),
                       "fleet.asic[0].name: there is already a model 'ANTMINER s9'", ConfigError);
  own.name = "";
  CHECK_THROWS_WITH_AS(AsicCatalogue(std::span(&own, 1)), "fleet.asic[0].name: is empty",
                       ConfigError);
}

}  // namespace aicmp
