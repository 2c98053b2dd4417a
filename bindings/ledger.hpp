#pragma once

#include <pybind11/pybind11.h>

namespace aicmp {

/// What a ledger says of one miner's pay.
void bind_ledger(pybind11::module_& module);

}  // namespace aicmp
