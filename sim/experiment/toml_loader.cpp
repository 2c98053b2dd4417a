#include "sim/experiment/toml_loader.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/experiment/toml_assign.hpp"
#include "sim/experiment/toml_writer.hpp"

namespace aicmp {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = std::size_t{64} << 20;

/// toml++ words its errors in a sentence that may carry line breaks.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return line;
}

std::string read_scenario(const std::string& path, const SourceRef& where, const std::string& key) {
  const auto fault = [&](const std::string& why) {
    return where.file.empty() ? ConfigError({path, 0}, "", why)
                              : ConfigError(where, key, path + ": " + why);
  };
  std::error_code error;
  if (fs::is_directory(path, error)) throw fault("is a folder, not a scenario file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw fault(fmt::format("cannot be opened: {}", std::strerror(errno)));
  std::string text;
  char block[65536];
  while (file.read(block, sizeof block), file.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(file.gcount()));
    if (text.size() > kLargestFile) throw fault("is too large for a scenario, over 64 MiB");
  }
  if (file.bad()) throw fault("cannot be read");
  return text;
}

toml::table parse(const std::string& text, const std::string& name) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    throw ConfigError({name, static_cast<int>(error.source().begin.line)}, "",
                      one_line(error.description()));
  }
}

class Loader {
 public:
  Loader(OptionTable& table, Provenance& origin) : table_(table), origin_(origin) {}

  /// `where` and `key` say who asked for the file; empty for the command line.
  void load(const std::string& path, const SourceRef& where, const std::string& key) {
    const fs::path identity = fs::weakly_canonical(path);
    const auto earlier = std::find(open_.begin(), open_.end(), identity);
    if (earlier != open_.end()) {
      throw ConfigError(where, key, fmt::format("{} extends itself", path));
    }
    open_.push_back(identity);

    toml::table tree = parse(read_scenario(path, where, key), path);
    const TomlLayer layer{path, true, fs::path(path).parent_path()};
    if (const toml::node* bases = tree.get("extends")) {
      load_bases(*bases, layer);
      tree.erase("extends");
    }
    assign_tree(tree, table_, "", "", layer, origin_);
    open_.pop_back();
  }

  void override_by(const std::string& text) {
    const TomlLayer layer{"--set " + one_line(text), false, ""};
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw ConfigError({layer.name, 0}, "", "there is no key or no value", "key=value");
    }
    override_in(table_, "", text.substr(0, equals), text.substr(equals + 1), layer);
  }

 private:
  void load_bases(const toml::node& bases, const TomlLayer& layer) {
    const auto load_one = [&](const toml::node& node) {
      const auto* base = node.as_string();
      if (base == nullptr || base->get().empty()) {
        throw ConfigError(layer.at(node.source()), "extends", "names no file",
                          "the path of a scenario, or a list of paths");
      }
      const fs::path path = (layer.folder / base->get()).lexically_normal();
      load(path.string(), layer.at(node.source()), "extends");
    };
    if (const auto* list = bases.as_array()) {
      for (const toml::node& base : *list) load_one(base);
    } else {
      load_one(bases);
    }
  }

  void override_in(const OptionTable& options, const std::string& scope, const std::string& key,
                   const std::string& value, const TomlLayer& layer) {
    if (const Option* option = find_option(options, key)) {
      const toml::table parsed = parse_override(value, *option, scope + key, layer);
      assign_option(*parsed.get("value"), *option, scope + key, layer, origin_);
      return;
    }
    const std::size_t open = key.find('[');
    const std::size_t close = key.find("].", open);
    const Option* list =
        close == std::string::npos ? nullptr : find_option(options, key.substr(0, open));
    const TablesField* tables = list == nullptr ? nullptr : std::get_if<TablesField>(&list->field);
    if (tables == nullptr) throw unknown_key(options, scope, key, {layer.name, 0});

    std::size_t index = 0;
    const char* digits_end = key.data() + close;
    const auto [end, error] = std::from_chars(key.data() + open + 1, digits_end, index);
    if (error != std::errc() || end != digits_end || index >= tables->size()) {
      throw ConfigError({layer.name, 0}, scope + key.substr(0, close + 1),
                        fmt::format("there are {} elements", tables->size()), "an index from 0");
    }
    OptionTable element;
    tables->describe(index, element);
    override_in(element, scope + key.substr(0, close + 2), key.substr(close + 2), value, layer);
  }

  /// The override's value under the key "value".
  static toml::table parse_override(const std::string& value, const Option& option,
                                    const std::string& key, const TomlLayer& layer) {
    const bool wants_text = std::holds_alternative<std::string*>(option.field) ||
                            std::holds_alternative<PathField>(option.field) ||
                            std::holds_alternative<ChoiceField>(option.field);
    const bool quoted = value.starts_with('"') || value.starts_with('\'');
    try {
      toml::table parsed =
          toml::parse("value = " + (wants_text && !quoted ? toml_text(value) : value));
      if (parsed.size() == 1) return parsed;
    } catch (const toml::parse_error&) {
      // Reported below: what the option takes helps more than what the parser stumbled over.
    }
    throw ConfigError({layer.name, 0}, key, fmt::format("'{}' is no value", one_line(value)),
                      allowed_text(option));
  }

  OptionTable& table_;
  Provenance& origin_;
  std::vector<fs::path> open_;  // the chain of files being loaded
};

}  // namespace

Provenance load_toml(const std::string& path, OptionTable& table,
                     const std::vector<std::string>& overrides) {
  Provenance origin(path);
  Loader loader(table, origin);
  loader.load(path, {}, "");
  override_options(table, origin, overrides);
  return origin;
}

void override_options(OptionTable& table, Provenance& origin,
                      const std::vector<std::string>& overrides) {
  Loader loader(table, origin);
  for (const std::string& text : overrides) loader.override_by(text);
}

std::string peek_toml(const std::string& path, const std::string& key) {
  const toml::table tree = parse(read_scenario(path, {}, ""), path);
  return tree[key].value_or(std::string());
}

}  // namespace aicmp
