#pragma once

#include <string>
#include <vector>

namespace aicmp {

/// Becomes `python -m MODULE ARGUMENTS`: a part of aicmp that is written in Python, of the package
/// aicmp_env. The interpreter is $AICMP_PYTHON, the active virtual environment's, that of .venv in
/// the working folder, or python3. Returns only by throwing, where there is no interpreter.
[[noreturn]] void become_python_module(const std::string& module,
                                       const std::vector<std::string>& arguments);

/// Runs such a module to its end; returns its exit code, 1 if there is no interpreter. What it says
/// goes to our standard error and output.
int run_python_module(const std::string& module, const std::vector<std::string>& arguments);

}  // namespace aicmp
