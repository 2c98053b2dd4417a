#include <pybind11/pybind11.h>

#include "bindings/batch.hpp"
#include "bindings/errors.hpp"
#include "bindings/ledger.hpp"
#include "bindings/spec.hpp"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled part of aicmp_env: decision problems, stepped in batches.";
  aicmp::bind_errors(module);
  aicmp::bind_spec(module);
  aicmp::bind_batch(module);
  aicmp::bind_ledger(module);
}
