#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace aicmp {

/// Allowed range of a number; an open end excludes its bound. NaN and infinity are never allowed.
struct Limits {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool min_open = false;
  bool max_open = false;

  static Limits at_least(double low) { return {.min = low}; }
  static Limits positive() { return {.min = 0.0, .min_open = true}; }
  static Limits between(double low, double high) { return {.min = low, .max = high}; }

  bool contains(double value) const;
  /// As shown in messages and docs: `> 0`, `[0, 1]`, `any finite number`.
  std::string text() const;
};

class OptionTable;

/// An enumerated option seen as an index into its choices.
struct ChoiceField {
  std::vector<std::string> choices;
  std::function<std::size_t()> get;
  std::function<void(std::size_t)> set;
};

/// A TOML array of tables (`[[key]]`); each element describes its own options.
struct TablesField {
  std::function<std::size_t()> size;
  std::function<void(std::size_t)> resize;  // new elements carry their defaults
  std::function<void(std::size_t, OptionTable&)> describe;
  std::function<void(OptionTable&)> describe_new;  // an element that is in no list, for docs
};

/// A file path, taken relative to the file that sets it.
struct PathField {
  std::string* path;
};

using OptionField =
    std::variant<double*, std::int64_t*, bool*, std::string*, PathField, std::vector<double>*,
                 std::vector<std::string>*, ChoiceField, TablesField>;

/// One option of a scenario: everything that parsing, `show`, the JSON Schema and the reference
/// page need. The default is the field's value at the time it is added.
struct Option {
  std::string key;  // dotted, unit as suffix where there is one: "market.price.initial_usd"
  std::string unit;
  Limits limits;
  std::string help;
  OptionField field;
};

/// The values an option takes, as shown in messages and docs: `a number in [0, 1]`.
std::string allowed_text(const Option& option);

/// The option registry of a configuration struct: a list of options bound to its fields.
/// The struct must outlive the table.
class OptionTable {
 public:
  void add(std::string key, double& field, std::string unit, Limits limits, std::string help);
  void add(std::string key, std::int64_t& field, std::string unit, Limits limits, std::string help);
  void add(std::string key, bool& field, std::string help);
  void add(std::string key, std::string& field, std::string help);
  void add(std::string key, std::vector<double>& field, std::string unit, Limits each,
           std::string help);
  void add(std::string key, std::vector<std::string>& field, std::string help);
  void add_path(std::string key, std::string& field, std::string help);

  /// `names` pairs each spelling with its enumerator, in the order shown to users.
  template <typename Enum>
  void add_choice(std::string key, Enum& field, std::vector<std::pair<std::string, Enum>> names,
                  std::string help);

  /// `describe(table, element)` adds the options of one element, keys relative to the element.
  template <typename Element>
  void add_tables(std::string key, std::vector<Element>& list,
                  void (*describe)(OptionTable&, Element&), std::string help);

  const std::vector<Option>& options() const { return options_; }

 private:
  void append(Option option);
  std::vector<Option> options_;
};

/// Every file that the options name, in order and without repeats.
std::vector<std::string> input_files(const OptionTable& table);

template <typename Enum>
void OptionTable::add_choice(std::string key, Enum& field,
                             std::vector<std::pair<std::string, Enum>> names, std::string help) {
  ChoiceField choice;
  std::vector<Enum> values;
  for (auto& [name, value] : names) {
    choice.choices.push_back(std::move(name));
    values.push_back(value);
  }
  choice.get = [&field, values] {
    std::size_t index = 0;
    while (values[index] != field) ++index;
    return index;
  };
  choice.set = [&field, values](std::size_t index) { field = values[index]; };
  append({std::move(key), "", {}, std::move(help), std::move(choice)});
}

template <typename Element>
void OptionTable::add_tables(std::string key, std::vector<Element>& list,
                             void (*describe)(OptionTable&, Element&), std::string help) {
  TablesField tables;
  tables.size = [&list] { return list.size(); };
  tables.resize = [&list](std::size_t size) { list.resize(size); };
  tables.describe = [&list, describe](std::size_t index, OptionTable& table) {
    describe(table, list[index]);
  };
  tables.describe_new = [element = std::make_shared<Element>(), describe](OptionTable& table) {
    describe(table, *element);
  };
  append({std::move(key), "", {}, std::move(help), std::move(tables)});
}

}  // namespace aicmp
