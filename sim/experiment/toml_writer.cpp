#include "sim/experiment/toml_writer.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aicmp {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCommentColumns = 98;

struct ValueText {
  const std::string& folder;

  std::string operator()(double* field) const { return toml_number(*field); }
  std::string operator()(std::int64_t* field) const { return fmt::format("{}", *field); }
  std::string operator()(bool* field) const { return *field ? "true" : "false"; }
  std::string operator()(std::string* field) const { return toml_text(*field); }
  std::string operator()(const PathField& field) const {
    if (folder.empty() || field.path->empty()) return toml_text(*field.path);
    return toml_text(fs::path(*field.path).lexically_relative(folder).string());
  }
  std::string operator()(std::vector<double>* field) const {
    std::vector<std::string> items;
    for (double value : *field) items.push_back(toml_number(value));
    return fmt::format("[{}]", fmt::join(items, ", "));
  }
  std::string operator()(std::vector<std::string>* field) const {
    std::vector<std::string> items;
    for (const std::string& value : *field) items.push_back(toml_text(value));
    return fmt::format("[{}]", fmt::join(items, ", "));
  }
  std::string operator()(const ChoiceField& field) const {
    return toml_text(field.choices[field.get()]);
  }
  // Only reached for lists without elements; others are written as [[tables]].
  std::string operator()(const TablesField&) const { return "[]"; }
};

/// The table an option belongs to, and its name in there.
std::string_view table_of(const Option& option) {
  const std::size_t dot = option.key.rfind('.');
  return dot == std::string::npos ? std::string_view()
                                  : std::string_view(option.key).substr(0, dot);
}
std::string_view name_of(const Option& option) {
  return std::string_view(option.key).substr(option.key.rfind('.') + 1);
}

bool has_elements(const Option& option) {
  const auto* tables = std::get_if<TablesField>(&option.field);
  return tables != nullptr && tables->size() > 0;
}

void wrap_comment(std::string_view text, std::string& out) {
  while (!text.empty()) {
    std::size_t length = text.size();
    if (length > kCommentColumns) {
      length = text.rfind(' ', kCommentColumns);
      if (length == std::string_view::npos) length = std::min(text.find(' '), text.size());
    }
    out += fmt::format("# {}\n", text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
}

class Writer {
 public:
  Writer(TomlComments comments, std::string folder)
      : comments_(comments), folder_(std::move(folder)) {}

  /// Writes the options below `header` ("" or "fleet.groups"), whose own line exists already.
  void write(const OptionTable& table, const std::string& header) {
    // TOML wants the keys of a table together, and those without a table before any table.
    std::vector<std::string_view> groups{""};
    for (const Option& option : table.options()) {
      const std::string_view group = table_of(option);
      if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
    }
    for (const std::string_view group : groups) {
      bool opened = group.empty();
      for (const Option& option : table.options()) {
        if (table_of(option) != group || has_elements(option)) continue;
        if (!opened) out += fmt::format("\n[{}]\n", join(header, group));
        opened = true;
        comment(option);
        out +=
            fmt::format("{} = {}\n", name_of(option), std::visit(ValueText{folder_}, option.field));
      }
      for (const Option& option : table.options()) {
        if (table_of(option) != group || !has_elements(option)) continue;
        write_elements(option, join(header, option.key));
      }
    }
  }

  std::string out;

 private:
  static std::string join(const std::string& header, std::string_view key) {
    return header.empty() ? std::string(key) : fmt::format("{}.{}", header, key);
  }

  void write_elements(const Option& option, const std::string& header) {
    const auto& tables = std::get<TablesField>(option.field);
    for (std::size_t i = 0; i < tables.size(); ++i) {
      out += '\n';
      if (i == 0) comment(option);
      out += fmt::format("[[{}]]\n", header);
      OptionTable element;
      tables.describe(i, element);
      write(element, header);
    }
  }

  void comment(const Option& option) {
    if (comments_ == TomlComments::kNone) return;
    const std::string unit = option.unit.empty() ? "" : option.unit + "; ";
    wrap_comment(fmt::format("{} [{}{}]", option.help, unit, allowed_text(option)), out);
  }

  TomlComments comments_;
  std::string folder_;
};

}  // namespace

std::string toml_number(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string write_toml(const OptionTable& table, TomlComments comments, const std::string& folder) {
  Writer writer(comments,
                folder.empty() ? folder : fs::absolute(folder).lexically_normal().string());
  writer.write(table, "");
  return std::move(writer.out);
}

}  // namespace aicmp
