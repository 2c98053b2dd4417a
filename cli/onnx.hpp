#pragma once

#include <string>

#include "sim/policy/bundle.hpp"

namespace aicmp {

/// Adds policy.onnx to the folder that `bundle` was loaded from, checks it against the recorded
/// rows by the Python package and seals the folder again, signed if `sign`, a private key (PEM), is
/// not empty. Throws ConfigError for a signed bundle without a key, CLI::RuntimeError where Python
/// has said what is wrong.
void add_onnx(const PolicyBundle& bundle, const std::string& folder, const std::string& sign);

}  // namespace aicmp
