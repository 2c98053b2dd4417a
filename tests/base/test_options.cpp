#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/base/options.hpp"

namespace aicmp {
namespace {

enum class Colour { kRed = 7, kBlue = 3 };

struct Wheel {
  double radius_m = 0.5;
};

struct Car {
  double speed_mps = 10.0;
  std::int64_t doors = 4;
  bool open = false;
  Colour colour = Colour::kBlue;
  std::vector<double> gears = {3.0, 2.0, 1.0};
  std::vector<Wheel> wheels = std::vector<Wheel>(2);
};

void add_options(OptionTable& table, Wheel& wheel) {
  table.add("radius_m", wheel.radius_m, "m", Limits::positive(), "Radius.");
}

void add_options(OptionTable& table, Car& car) {
  table.add("car.speed_mps", car.speed_mps, "m/s", Limits::between(0.0, 90.0), "Speed.");
  table.add("car.doors", car.doors, "", Limits::at_least(1.0), "Doors.");
  table.add("car.open", car.open, "Without a roof.");
  table.add_choice("car.colour", car.colour, {{"red", Colour::kRed}, {"blue", Colour::kBlue}},
                   "Colour.");
  table.add("car.gears", car.gears, "", Limits::positive(), "Ratios.");
  table.add_tables("car.wheels", car.wheels, add_options, "Wheels.");
}

}  // namespace

TEST_CASE("Limits: ends open and closed, never NaN or infinity") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(Limits::between(0.0, 1.0).contains(0.0));
  CHECK(Limits::between(0.0, 1.0).contains(1.0));
  CHECK_FALSE(Limits::positive().contains(0.0));
  CHECK(Limits::positive().contains(std::numeric_limits<double>::denorm_min()));
  CHECK_FALSE(Limits{.max = 1.0, .max_open = true}.contains(1.0));
  CHECK(Limits().contains(-1e300));
  for (double value : {infinity, -infinity, std::nan("")}) CHECK_FALSE(Limits().contains(value));
}

TEST_CASE("Limits as shown to users") {
  CHECK(Limits::positive().text() == "> 0");
  CHECK(Limits::at_least(1.0).text() == ">= 1");
  CHECK(Limits::between(0.0, 1.0).text() == "[0, 1]");
  CHECK(Limits{.min = 0.0, .max = 1.0, .min_open = true, .max_open = true}.text() == "(0, 1)");
  CHECK(Limits{.max = 5.0}.text() == "<= 5");
  CHECK(Limits().text() == "any finite number");
}

TEST_CASE("an option is bound to its field, in the order of addition") {
  Car car;
  OptionTable table;
  add_options(table, car);
  REQUIRE(table.options().size() == 6);
  const Option& speed = table.options()[0];
  CHECK(speed.key == "car.speed_mps");
  CHECK(speed.unit == "m/s");
  CHECK(speed.limits.max == 90.0);
  *std::get<double*>(speed.field) = 20.0;
  *std::get<std::int64_t*>(table.options()[1].field) = 2;
  *std::get<bool*>(table.options()[2].field) = true;
  std::get<std::vector<double>*>(table.options()[4].field)->push_back(0.5);
  CHECK(car.speed_mps == 20.0);
  CHECK(car.doors == 2);
  CHECK(car.open);
  CHECK(car.gears.size() == 4);
}

TEST_CASE("a choice reads and writes its enumerator by index") {
  Car car;
  OptionTable table;
  add_options(table, car);
  const auto& choice = std::get<ChoiceField>(table.options()[3].field);
  CHECK(choice.choices == std::vector<std::string>{"red", "blue"});
  CHECK(choice.get() == 1);
  choice.set(0);
  CHECK(car.colour == Colour::kRed);
  CHECK(choice.get() == 0);
}

TEST_CASE("an array of tables grows with defaults and describes each element") {
  Car car;
  OptionTable table;
  add_options(table, car);
  const auto& tables = std::get<TablesField>(table.options()[5].field);
  CHECK(tables.size() == 2);
  tables.resize(3);
  OptionTable element;
  tables.describe(2, element);
  REQUIRE(element.options().size() == 1);
  CHECK(element.options()[0].key == "radius_m");
  CHECK(*std::get<double*>(element.options()[0].field) == 0.5);
  *std::get<double*>(element.options()[0].field) = 0.7;
  CHECK(car.wheels[2].radius_m == 0.7);
}

TEST_CASE("ConfigError leaves out what it does not know") {
  CHECK(std::string(ConfigError({"a.toml", 3}, "x", "is 2", "[0, 1]").what()) ==
        "a.toml:3: x: is 2 (allowed: [0, 1])");
  CHECK(std::string(ConfigError({"a.toml", 0}, "", "is empty").what()) == "a.toml: is empty");
  CHECK(std::string(ConfigError({}, "x", "is 2").what()) == "x: is 2");
  CHECK(std::string(IoError("/x", "is full").what()) == "/x: is full");
}

}  // namespace aicmp
