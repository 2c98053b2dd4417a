#pragma once

#include <string>
#include <string_view>

#include "sim/base/options.hpp"

namespace aicmp {

enum class TomlComments {
  kNone,
  kHelp,  // each key is preceded by its help, unit and allowed values
};

/// All options with their present values as TOML, in the order of the table and grouped by prefix.
/// Loading the text gives back the identical values: doubles are the shortest text that reads back
/// to the same bits, arrays of tables are written even if empty. Paths are written as stored, or as
/// seen from `folder`, where the text will lie, if one is given: such a text does not depend on
/// where on a machine everything lies.
std::string write_toml(const OptionTable& table, TomlComments comments = TomlComments::kNone,
                       const std::string& folder = "");

/// One value each, as write_toml spells it.
std::string toml_number(double value);
std::string toml_text(std::string_view text);

}  // namespace aicmp
