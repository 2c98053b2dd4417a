#pragma once

#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/experiment/toml_provenance.hpp"

namespace aicmp {

/// Reads a TOML scenario into the fields of `table`; options that nobody sets keep their defaults.
/// Later layers win: files named by `extends` (a path or a list of paths, relative to the file that
/// says so, in order), then the file itself, then `overrides` in order.
///
/// - An override is `key=value`. The value is TOML; text may go without quotes where text, a choice
///   or a path is wanted. Elements of arrays of tables are reached by `key[2].name=value`.
/// - An array of tables replaces the whole array of earlier layers; its elements start from their
///   defaults. Tables are merged key by key.
/// - Integers are accepted where numbers are wanted; NaN and infinity never are.
/// - A path is taken relative to the file that sets it (an override: to the working directory),
///   stored absolute, and must name a file that exists. Empty text means no file.
///
/// Throws ConfigError `file:line: key: why (allowed: ...)` at the first fault. The line is 0, and
/// the file `--set key=value`, for an override. Nothing but the fields of `table` is written.
Provenance load_toml(const std::string& path, OptionTable& table,
                     const std::vector<std::string>& overrides = {});

/// Applies overrides alone, to a table that was loaded before, and records them in `origin`.
void override_options(OptionTable& table, Provenance& origin,
                      const std::vector<std::string>& overrides);

/// The text that a file itself, and none that it extends, gives a top-level key; empty if it gives
/// none. For files of which one key decides what the others may be. Throws as load_toml.
std::string peek_toml(const std::string& path, const std::string& key);

}  // namespace aicmp
