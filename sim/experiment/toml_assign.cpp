#include "sim/experiment/toml_assign.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/nearest.hpp"

namespace aicmp {
namespace {

namespace fs = std::filesystem;

const char* type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time without quotes";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

/// Assigns one TOML value to whatever kind of field the option has.
class Assigner {
 public:
  Assigner(const toml::node& value, const Option& option, const std::string& key,
           const TomlLayer& layer, Provenance& origin)
      : value_(value), option_(option), key_(key), layer_(layer), origin_(origin) {}

  void operator()(double* field) const { *field = number(value_, key_); }

  void operator()(std::int64_t* field) const {
    const auto* integer = value_.as_integer();
    if (integer == nullptr) throw wrong_type(value_, key_);
    if (!option_.limits.contains(static_cast<double>(integer->get()))) {
      throw out_of_range(value_, key_, fmt::format("{}", integer->get()));
    }
    *field = integer->get();
  }

  void operator()(bool* field) const {
    const auto* boolean = value_.as_boolean();
    if (boolean == nullptr) throw wrong_type(value_, key_);
    *field = boolean->get();
  }

  void operator()(std::string* field) const { *field = text(value_, key_); }

  void operator()(const PathField& field) const {
    const std::string written = text(value_, key_);
    if (written.empty()) {
      field.path->clear();
      return;
    }
    const fs::path path = fs::absolute(layer_.folder / written).lexically_normal();
    std::error_code error;
    if (!fs::exists(path, error)) {
      throw fault(value_, key_, fmt::format("there is no file {}", path.string()));
    }
    if (fs::is_directory(path, error)) {
      throw fault(value_, key_, fmt::format("{} is a folder, not a file", path.string()));
    }
    *field.path = path.string();
  }

  void operator()(std::vector<double>* field) const {
    std::vector<double> numbers;
    for_each_element([&](const toml::node& element, const std::string& key) {
      numbers.push_back(number(element, key));
    });
    *field = std::move(numbers);
  }

  void operator()(std::vector<std::string>* field) const {
    std::vector<std::string> texts;
    for_each_element([&](const toml::node& element, const std::string& key) {
      texts.push_back(text(element, key));
    });
    *field = std::move(texts);
  }

  void operator()(const ChoiceField& field) const {
    const std::string written = text(value_, key_);
    for (std::size_t i = 0; i < field.choices.size(); ++i) {
      if (field.choices[i] == written) return field.set(i);
    }
    const std::string guess = nearest(written, field.choices);
    throw fault(value_, key_,
                guess.empty()
                    ? fmt::format("'{}' is no choice", written)
                    : fmt::format("'{}' is no choice, did you mean '{}'?", written, guess));
  }

  void operator()(const TablesField& field) const {
    const auto* array = value_.as_array();
    if (array == nullptr) throw wrong_type(value_, key_);
    for_each_element([&](const toml::node& element, const std::string& key) {
      if (!element.is_table()) throw wrong_type(element, key);
    });
    field.resize(0);
    field.resize(array->size());
    origin_.forget_elements(key_);
    std::size_t index = 0;
    for_each_element([&](const toml::node& element, const std::string& key) {
      origin_.record(key, layer_.at(element.source()));
      OptionTable options;
      field.describe(index++, options);
      assign_tree(*element.as_table(), options, key + ".", "", layer_, origin_);
    });
  }

 private:
  template <typename Visit>
  void for_each_element(const Visit& visit) const {
    const auto* array = value_.as_array();
    if (array == nullptr) throw wrong_type(value_, key_);
    std::size_t index = 0;
    for (const toml::node& element : *array) visit(element, fmt::format("{}[{}]", key_, index++));
  }

  double number(const toml::node& node, const std::string& key) const {
    if (!node.is_number()) throw wrong_type(node, key);
    const double value = node.is_integer() ? static_cast<double>(node.as_integer()->get())
                                           : node.as_floating_point()->get();
    if (!std::isfinite(value)) {
      throw fault(node, key, fmt::format("{} is not a finite number", value));
    }
    if (!option_.limits.contains(value)) throw out_of_range(node, key, fmt::format("{}", value));
    return value;
  }

  std::string text(const toml::node& node, const std::string& key) const {
    const auto* text = node.as_string();
    if (text == nullptr) throw wrong_type(node, key);
    return text->get();
  }

  ConfigError fault(const toml::node& node, const std::string& key, const std::string& why) const {
    return ConfigError(layer_.at(node.source()), key, why, allowed_text(option_));
  }
  ConfigError wrong_type(const toml::node& node, const std::string& key) const {
    return fault(node, key, fmt::format("{} is of the wrong type", type_name(node)));
  }
  ConfigError out_of_range(const toml::node& node, const std::string& key,
                           const std::string& value) const {
    return fault(node, key, value + " is out of range");
  }

  const toml::node& value_;
  const Option& option_;
  const std::string& key_;
  const TomlLayer& layer_;
  Provenance& origin_;
};

bool is_table_of(const OptionTable& options, const std::string& key) {
  for (const Option& option : options.options()) {
    if (option.key.starts_with(key + ".")) return true;
  }
  return false;
}

/// Names directly below a table path ("" or "pool."), each once, in order.
std::vector<std::string> children(const OptionTable& options, const std::string& path) {
  std::vector<std::string> names;
  for (const Option& option : options.options()) {
    if (!option.key.starts_with(path)) continue;
    const std::string name = option.key.substr(0, option.key.find('.', path.size()));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

}  // namespace

std::string_view last_part(std::string_view key) {
  return key.substr(key.rfind('.') + 1);
}

const Option* find_option(const OptionTable& options, std::string_view key) {
  for (const Option& option : options.options()) {
    if (option.key == key) return &option;
  }
  return nullptr;
}

ConfigError unknown_key(const OptionTable& options, const std::string& scope,
                        const std::string& key, const SourceRef& where) {
  if (is_table_of(options, key)) {
    return ConfigError(where, scope + key, "is a table, set the keys in it",
                       fmt::format("{}", fmt::join(children(options, key + "."), ", ")));
  }
  // A slip in the last part, the right name in the wrong table, or a slip anywhere.
  const std::string path = key.substr(0, key.rfind('.') + 1);
  const std::vector<std::string> siblings = children(options, path);
  std::vector<std::string> sibling_names;
  sibling_names.reserve(siblings.size());
  for (const std::string& sibling : siblings) sibling_names.emplace_back(last_part(sibling));
  std::string guess = nearest(last_part(key), sibling_names);
  if (!guess.empty()) {
    guess = path + guess;
  } else {
    std::vector<std::string> all;
    for (const Option& option : options.options()) {
      all.push_back(option.key);
      if (guess.empty() && last_part(option.key) == last_part(key)) guess = option.key;
    }
    if (guess.empty() && siblings.empty()) guess = nearest(key, all);
  }
  if (!guess.empty()) {
    return ConfigError(where, scope + key,
                       fmt::format("unknown key, did you mean '{}'?", scope + guess));
  }
  return ConfigError(where, scope + key, "unknown key",
                     fmt::format("{}", fmt::join(siblings, ", ")));
}

void assign_option(const toml::node& value, const Option& option, const std::string& key,
                   const TomlLayer& layer, Provenance& origin) {
  origin.record(key, layer.at(value.source()));
  std::visit(Assigner(value, option, key, layer, origin), option.field);
}

void assign_tree(const toml::table& tree, const OptionTable& options, const std::string& scope,
                 const std::string& path, const TomlLayer& layer, Provenance& origin) {
  for (const auto& [name, node] : tree) {
    const std::string key = path + std::string(name.str());
    if (const Option* option = find_option(options, key)) {
      assign_option(node, *option, scope + key, layer, origin);
    } else if (node.is_table() && is_table_of(options, key)) {
      assign_tree(*node.as_table(), options, scope, key + ".", layer, origin);
    } else {
      throw unknown_key(options, scope, key, layer.at(name.source()));
    }
  }
}

}  // namespace aicmp
