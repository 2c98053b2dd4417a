#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <toml++/toml.h>

#include "sim/base/options.hpp"
#include "sim/experiment/toml_provenance.hpp"

namespace aicmp {

/// Where a parsed TOML tree came from: a file, or one command-line override (which has no lines).
struct TomlLayer {
  std::string name;
  bool has_lines = true;
  std::filesystem::path folder;  // what its relative paths are relative to

  SourceRef at(const toml::source_region& region) const {
    return {name, has_lines ? static_cast<int>(region.begin.line) : 0};
  }
};

/// Sets one option from a TOML value; `key` is its full name for messages and `origin`.
/// Throws ConfigError when type, range, choice or file will not do.
void assign_option(const toml::node& value, const Option& option, const std::string& key,
                   const TomlLayer& layer, Provenance& origin);

/// Sets every option that `tree` names. `scope` ("fleet.groups[2].") goes before keys of `options`
/// in messages, `path` ("cooling.") is where in `options` the tree hangs.
void assign_tree(const toml::table& tree, const OptionTable& options, const std::string& scope,
                 const std::string& path, const TomlLayer& layer, Provenance& origin);

/// `retarget_s` of `pool.vardiff.retarget_s`.
std::string_view last_part(std::string_view key);

const Option* find_option(const OptionTable& options, std::string_view key);

/// The error for a key that no option has: names the nearest one, or those of the same table.
ConfigError unknown_key(const OptionTable& options, const std::string& scope,
                        const std::string& key, const SourceRef& where);

}  // namespace aicmp
