#pragma once

#include <pybind11/pybind11.h>

namespace aicmp {

/// What a decision problem is: spaces, reward, policies, optimum, options.
void bind_spec(pybind11::module_& module);

}  // namespace aicmp
