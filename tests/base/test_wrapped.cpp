#include <doctest/doctest.h>

#include "sim/base/wrapped.hpp"

using namespace aicmp;

TEST_CASE("Lines are broken at spaces, and words that are too long are cut") {
  CHECK(wrapped("", 10) == "");
  CHECK(wrapped("one two", 10) == "one two");
  CHECK(wrapped("one two three", 10) == "one two\nthree");
  CHECK(wrapped("one two three", 7) == "one two\nthree");
  CHECK(wrapped("one two three", 6, 2) == "one\n  two\n  thre\n  e");
  CHECK(wrapped("abcdefgh", 3) == "abc\ndef\ngh");
  CHECK(wrapped("one two", 10, 2, 5) == "one\n  two");
}
