#include <doctest/doctest.h>

#include "sim/base/nearest.hpp"

namespace aicmp {

TEST_CASE("edit distance: textbook cases, swaps, empty words") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("flaw", "lawn") == 2);
  CHECK(edit_distance("proce", "price") == 1);
  CHECK(edit_distance("pirce", "price") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("abc", "abc") == 0);
}

TEST_CASE("nearest: the closest candidate, the first of equals, none when all are far") {
  const std::vector<std::string> keys = {"seed", "speed", "price", "fees"};
  CHECK(nearest("sede", keys) == "seed");
  CHECK(nearest("pricee", keys) == "price");
  CHECK(nearest("hashrate", keys).empty());
  CHECK(nearest("x", {}).empty());
}

}  // namespace aicmp
