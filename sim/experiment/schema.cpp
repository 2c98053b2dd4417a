#include "sim/experiment/schema.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/experiment/toml_writer.hpp"

namespace aicmp {
namespace {

using Json = nlohmann::ordered_json;

Json object_schema(const OptionTable& table);

void add_limits(const Limits& limits, Json& schema) {
  if (std::isfinite(limits.min))
    schema[limits.min_open ? "exclusiveMinimum" : "minimum"] = limits.min;
  if (std::isfinite(limits.max))
    schema[limits.max_open ? "exclusiveMaximum" : "maximum"] = limits.max;
}

/// Type, bounds and default of one option.
struct ValueSchema {
  const Limits& limits;

  Json operator()(double* field) const {
    Json schema{{"type", "number"}};
    add_limits(limits, schema);
    schema["default"] = *field;
    return schema;
  }
  Json operator()(std::int64_t* field) const {
    Json schema{{"type", "integer"}};
    add_limits(limits, schema);
    schema["default"] = *field;
    return schema;
  }
  Json operator()(bool* field) const { return {{"type", "boolean"}, {"default", *field}}; }
  Json operator()(std::string* field) const { return {{"type", "string"}, {"default", *field}}; }
  Json operator()(const PathField& field) const {
    return {{"type", "string"}, {"default", *field.path}};
  }
  Json operator()(std::vector<double>* field) const {
    Json items{{"type", "number"}};
    add_limits(limits, items);
    return {{"type", "array"}, {"items", std::move(items)}, {"default", *field}};
  }
  Json operator()(std::vector<std::string>* field) const {
    return {{"type", "array"}, {"items", {{"type", "string"}}}, {"default", *field}};
  }
  Json operator()(const ChoiceField& field) const {
    return {{"enum", field.choices}, {"default", field.choices[field.get()]}};
  }
  Json operator()(const TablesField& field) const {
    OptionTable element;
    field.describe_new(element);
    return {{"type", "array"}, {"items", object_schema(element)}};
  }
};

Json empty_object() {
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
}

Json object_schema(const OptionTable& table) {
  Json root = empty_object();
  for (const Option& option : table.options()) {
    Json* object = &root;
    std::size_t begin = 0;
    for (std::size_t dot = option.key.find('.'); dot != std::string::npos;
         dot = option.key.find('.', begin)) {
      Json& child = (*object)["properties"][option.key.substr(begin, dot - begin)];
      if (child.is_null()) child = empty_object();
      object = &child;
      begin = dot + 1;
    }
    Json value = std::visit(ValueSchema{option.limits}, option.field);
    value["description"] =
        option.unit.empty() ? option.help : fmt::format("{} [{}]", option.help, option.unit);
    (*object)["properties"][option.key.substr(begin)] = std::move(value);
  }
  return root;
}

std::string default_text(const Option& option) {
  const auto code = [](const std::string& text) { return "`" + text + "`"; };
  struct Visitor {
    std::string operator()(double* field) const { return fmt::format("{}", *field); }
    std::string operator()(std::int64_t* field) const { return fmt::format("{}", *field); }
    std::string operator()(bool* field) const { return *field ? "true" : "false"; }
    std::string operator()(std::string* field) const { return toml_text(*field); }
    std::string operator()(const PathField& field) const { return toml_text(*field.path); }
    std::string operator()(std::vector<double>* field) const { return Json(*field).dump(); }
    std::string operator()(std::vector<std::string>* field) const { return Json(*field).dump(); }
    std::string operator()(const ChoiceField& field) const { return field.choices[field.get()]; }
    std::string operator()(const TablesField& field) const {
      return fmt::format("{} tables", field.size());
    }
  };
  return code(std::visit(Visitor{}, option.field));
}

std::string cell(std::string text) {
  for (std::size_t bar = text.find('|'); bar != std::string::npos; bar = text.find('|', bar + 2)) {
    text.replace(bar, 1, "\\|");
  }
  return text;
}

}  // namespace

std::string option_rows(const std::vector<Option>& options, std::size_t prefix) {
  std::string out = "| Key | Unit | Default | Allowed | Meaning |\n|---|---|---|---|---|\n";
  for (const Option& option : options) {
    out +=
        fmt::format("| `{}` | {} | {} | {} | {} |\n", option.key.substr(prefix), cell(option.unit),
                    cell(default_text(option)), cell(allowed_text(option)), cell(option.help));
  }
  return out;
}

namespace {

/// One heading and table per group of keys, then the tables of their elements.
void write_sections(const OptionTable& table, const std::string& scope, std::string& out) {
  std::vector<std::string> groups;
  for (const Option& option : table.options()) {
    const std::string group = option.key.substr(0, option.key.rfind('.') + 1);
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  for (const std::string& group : groups) {
    std::string title = scope + group;
    while (title.ends_with('.')) title.pop_back();
    out += fmt::format("\n## {}\n\n", title.empty() ? "Top level" : "`" + title + "`");
    std::vector<Option> members;
    for (const Option& option : table.options()) {
      if (option.key.substr(0, option.key.rfind('.') + 1) == group) members.push_back(option);
    }
    out += option_rows(members, group.size());
    for (const Option& option : table.options()) {
      const auto* tables = std::get_if<TablesField>(&option.field);
      const bool here = option.key.substr(0, option.key.rfind('.') + 1) == group;
      if (tables == nullptr || !here) continue;
      OptionTable element;
      tables->describe_new(element);
      write_sections(element, scope + option.key + "[].", out);
    }
  }
}

}  // namespace

std::string json_schema(const OptionTable& table) {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "AICMP scenario"}};
  schema.update(object_schema(table));
  const Json path{{"type", "string"}, {"minLength", 1}};
  schema["properties"]["extends"] = {
      {"description", "scenario file or files this one builds on, relative to this file"},
      {"anyOf", {path, {{"type", "array"}, {"items", path}}}}};
  return schema.dump(2) + "\n";
}

std::string reference_page(const OptionTable& table) {
  std::string out =
      "# Scenario reference\n\n"
      "Every option of a scenario file, from the program's own registry: this page is the output "
      "of\n`aicmp scenario reference`. A section is a TOML table, `name[]` an array of tables "
      "(`[[name]]`).\nA file may name others to build on by `extends = \"base.toml\"`; "
      "`--set key=value` overrides both.\n";
  write_sections(table, "", out);
  return out;
}

}  // namespace aicmp
