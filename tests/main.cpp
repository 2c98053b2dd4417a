#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "tests/source_dir.hpp"

namespace aicmp::test {

std::string source_dir() {
  return AICMP_SOURCE_DIR;
}

}  // namespace aicmp::test
