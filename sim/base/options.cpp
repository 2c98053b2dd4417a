#include "sim/base/options.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/base/error.hpp"

namespace aicmp {

bool Limits::contains(double value) const {
  if (!std::isfinite(value)) return false;
  return (min_open ? value > min : value >= min) && (max_open ? value < max : value <= max);
}

std::string Limits::text() const {
  const bool has_min = std::isfinite(min);
  const bool has_max = std::isfinite(max);
  if (has_min && has_max) {
    return fmt::format("{}{:g}, {:g}{}", min_open ? '(' : '[', min, max, max_open ? ')' : ']');
  }
  if (has_min) return fmt::format("{} {:g}", min_open ? ">" : ">=", min);
  if (has_max) return fmt::format("{} {:g}", max_open ? "<" : "<=", max);
  return "any finite number";
}

void OptionTable::append(Option option) {
  for (const Option& other : options_) AICMP_ASSERT(other.key != option.key);
  options_.push_back(std::move(option));
}

void OptionTable::add(std::string key, double& field, std::string unit, Limits limits,
                      std::string help) {
  append({std::move(key), std::move(unit), limits, std::move(help), &field});
}

void OptionTable::add(std::string key, std::int64_t& field, std::string unit, Limits limits,
                      std::string help) {
  append({std::move(key), std::move(unit), limits, std::move(help), &field});
}

void OptionTable::add(std::string key, bool& field, std::string help) {
  append({std::move(key), "", {}, std::move(help), &field});
}

void OptionTable::add(std::string key, std::string& field, std::string help) {
  append({std::move(key), "", {}, std::move(help), &field});
}

void OptionTable::add(std::string key, std::vector<double>& field, std::string unit, Limits each,
                      std::string help) {
  append({std::move(key), std::move(unit), each, std::move(help), &field});
}

void OptionTable::add(std::string key, std::vector<std::string>& field, std::string help) {
  append({std::move(key), "", {}, std::move(help), &field});
}

void OptionTable::add_path(std::string key, std::string& field, std::string help) {
  append({std::move(key), "", {}, std::move(help), PathField{&field}});
}

}  // namespace aicmp
