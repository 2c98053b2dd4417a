#pragma once

#include <string>

#include <pybind11/pybind11.h>

namespace aicmp {

/// Makes ConfigError (a ValueError) and IoError (an OSError) of the module.
void bind_errors(pybind11::module_& module);

/// Throws the exception `name` of gymnasium.error with `text`.
[[noreturn]] void throw_gymnasium_error(const char* name, const std::string& text);

}  // namespace aicmp
