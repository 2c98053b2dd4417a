#include "sim/base/options.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

/// ` in [0, 1]`, ` > 0`, or nothing when every finite number will do.
std::string range_suffix(const Limits& limits) {
  if (!std::isfinite(limits.min) && !std::isfinite(limits.max)) return "";
  const bool interval = std::isfinite(limits.min) && std::isfinite(limits.max);
  return (interval ? " in " : " ") + limits.text();
}

struct AllowedText {
  const Limits& limits;
  std::string operator()(double*) const { return "a number" + range_suffix(limits); }
  std::string operator()(std::int64_t*) const { return "an integer" + range_suffix(limits); }
  std::string operator()(bool*) const { return "true or false"; }
  std::string operator()(std::string*) const { return "a text"; }
  std::string operator()(const PathField&) const { return "the path of a file"; }
  std::string operator()(std::vector<double>*) const {
    const std::string range = range_suffix(limits);
    return "a list of numbers" + (range.empty() ? "" : ", each" + range);
  }
  std::string operator()(std::vector<std::string>*) const { return "a list of texts"; }
  std::string operator()(const ChoiceField& choice) const {
    return fmt::format("{}", fmt::join(choice.choices, ", "));
  }
  std::string operator()(const TablesField&) const { return "a list of tables"; }
};

void collect_files(const OptionTable& table, std::vector<std::string>& files) {
  for (const Option& option : table.options()) {
    if (const auto* path = std::get_if<PathField>(&option.field)) {
      const bool known = std::find(files.begin(), files.end(), *path->path) != files.end();
      if (!path->path->empty() && !known) files.push_back(*path->path);
    } else if (const auto* tables = std::get_if<TablesField>(&option.field)) {
      for (std::size_t i = 0; i < tables->size(); ++i) {
        OptionTable element;
        tables->describe(i, element);
        collect_files(element, files);
      }
    }
  }
}

}  // namespace

std::string allowed_text(const Option& option) {
  return std::visit(AllowedText{option.limits}, option.field);
}

std::vector<std::string> input_files(const OptionTable& table) {
  std::vector<std::string> files;
  collect_files(table, files);
  return files;
}

bool Limits::contains(double value) const {
  if (!std::isfinite(value)) return false;
  return (min_open ? value > min : value >= min) && (max_open ? value < max : value <= max);
}

std::string Limits::text() const {
  const bool has_min = std::isfinite(min);
  const bool has_max = std::isfinite(max);
  if (has_min && has_max) {
    return fmt::format("{}{}, {}{}", min_open ? '(' : '[', min, max, max_open ? ')' : ']');
  }
  if (has_min) return fmt::format("{} {}", min_open ? ">" : ">=", min);
  if (has_max) return fmt::format("{} {}", max_open ? "<" : "<=", max);
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
