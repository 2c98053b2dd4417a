#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/experiment/measures.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {

/// The measures of world 0 of a scenario.
inline std::vector<Measure> run(const Scenario& scenario, Observer* observer = nullptr) {
  World world(scenario, {static_cast<std::uint64_t>(scenario.run.seed), 0, 0}, observer);
  world.advance(scenario.run.horizon());
  world.close();
  return measure(world);
}

/// Bitwise, so that a NaN equals itself.
inline void check_equal(const std::vector<Measure>& a, const std::vector<Measure>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO(a[i].scheme, ".", a[i].name);
    CHECK(a[i].name == b[i].name);
    CHECK(std::bit_cast<std::uint64_t>(a[i].value) == std::bit_cast<std::uint64_t>(b[i].value));
  }
}

inline std::map<std::string, double> of_scheme(const std::vector<Measure>& measures,
                                               const std::string& scheme) {
  std::map<std::string, double> found;
  for (const Measure& m : measures) {
    if (m.scheme == scheme) found[m.name] = m.value;
  }
  return found;
}

}  // namespace aicmp
