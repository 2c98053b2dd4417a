#pragma once

#include <string>

namespace aicmp::test {

/// The root of the source tree.
std::string source_dir();

}  // namespace aicmp::test
