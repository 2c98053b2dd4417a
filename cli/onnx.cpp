#include "cli/onnx.hpp"

#include <CLI/Error.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/python_command.hpp"
#include "sim/base/error.hpp"

namespace aicmp {

void add_onnx(const PolicyBundle& bundle, const std::string& folder, const std::string& sign) {
  if (bundle.has_signature && sign.empty()) {
    throw ConfigError({folder, 0}, "", "it is signed, and another file needs another signature",
                      "--sign with the private key");
  }
  const int code = run_python_module("aicmp_env.export", {folder});
  if (code != 0) throw CLI::RuntimeError(code);
  seal_bundle(folder, sign);
  write_stdout(fmt::format("{}/policy.onnx agrees on {} recorded rows within {:g}\n", folder,
                           bundle.parity.rows, PolicyParity::kTolerance));
}

}  // namespace aicmp
