#pragma once

#include <string>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

/// JSON Schema (draft 2020-12) of a scenario file: types, bounds, choices, help, units and the
/// present values as defaults. Unknown keys are not allowed; `extends` is. Editors (Taplo) use it.
std::string json_schema(const OptionTable& table);

/// A Markdown table with a row per option, whose keys are shown from character `prefix` on.
std::string option_rows(const std::vector<Option>& options, std::size_t prefix = 0);

/// All options as a Markdown page: a section per table, a row per option.
std::string reference_page(const OptionTable& table);

}  // namespace aicmp
