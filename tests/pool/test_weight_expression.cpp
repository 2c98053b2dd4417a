#include "sim/pool/weight_expression.hpp"

#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "drive.hpp"
#include "sim/base/error.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

constexpr WeightInputs kInputs{.w = 300.0, .a = 0.25, .n = 12.0, .total = 1200.0};

double value(const char* text) {
  return WeightExpression(text)(kInputs);
}

std::string error_of(const std::string& text) {
  try {
    WeightExpression expression(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("weight expressions follow the rules of arithmetic") {
  CHECK(value("w") == 300.0);
  CHECK(value(" 1 + 2*3 ") == 7.0);
  CHECK(value("(1+2)*3") == 9.0);
  CHECK(value("8-4-2") == 2.0);
  CHECK(value("16/4/2") == 2.0);
  CHECK(value("2^3^2") == 512.0);
  CHECK(value("10+-2^2") == 6.0);
  CHECK(value("2^-1") == 0.5);
  CHECK(value("--w") == 300.0);
  CHECK(value("w^0.9") == std::pow(300.0, 0.9));
  CHECK(value("min(w, 0.1*total)") == 120.0);
  CHECK(value("max(1, w, n)") == 300.0);
  CHECK(value("sqrt(a)+exp(0)+log(1)") == 1.5);
  CHECK(value("1e3 + .5") == 1000.5);
  CHECK(value("w/total - a + 1") == 1.0);
}

TEST_CASE("what cannot be read is refused with its column") {
  for (const auto& [text, part] : {std::pair{"w^", "column 3: something is missing"},
                                   {"w + x", "column 5: unknown name 'x'"},
                                   {"(w", "column 3: expected ')'"},
                                   {"w w", "column 3: expected an operator"},
                                   {"", "column 1: something is missing"},
                                   {"min(w)", "column 6: expected ','"},
                                   {"log w", "column 5: expected '('"},
                                   {"w $ 2", "column 3: expected an operator"},
                                   {"W", "unknown name 'W'"},
                                   {"1e999", "not a number"},
                                   {"3..5", "column 3"}}) {
    INFO(text, " gives ", error_of(text));
    CHECK(error_of(text).find(part) != std::string::npos);
  }
  CHECK(error_of(std::string(5000, '(') + "w").find("nested too deeply") != std::string::npos);
  CHECK(error_of(std::string(5000, '-') + "w").find("nested too deeply") != std::string::npos);
  std::string right = "w";
  for (int k = 0; k < 100; ++k) right.insert(0, "w+(").append(")");
  CHECK(error_of(right).find("nested too deeply") != std::string::npos);
  std::string left = "w";
  for (int k = 0; k < 1000; ++k) left += "+w";
  CHECK(WeightExpression(left)(kInputs) == 1001.0 * 300.0);
}

TEST_CASE("weights that cannot be weights are refused by trial") {
  for (const char* text : {"log(a)", "w - total", "sqrt(a - 1)", "exp(w)", "1/(n-1)", "0/0"}) {
    INFO(text);
    CHECK(error_of(text).find("gives") != std::string::npos);
  }
  CHECK(error_of("0").find("everybody") != std::string::npos);
}

TEST_CASE("a weight of w^eta is ETA, a weight of w is PPLNS, to the satoshi") {
  for (const auto& [weight, scheme] :
       {std::pair{"weight:w^0.7:window=1", "eta:0.7:window=1"}, {"weight:w:window=1", "pplns:1"}}) {
    Drive user(weight, 3, 100.0);
    Drive fixed(scheme, 3, 100.0);
    for (Drive* pool : {&user, &fixed}) {
      pool->share(0, 60.0);
      pool->share(1, 39.0);
      pool->share(2, 1.0);
    }
    CHECK(user.block(2) == fixed.block(2));
    CHECK(user.scheme->irregular_blocks() == 0);
  }
}

TEST_CASE("a weight that fails in a run counts as 0, and marks the block") {
  // Passes every trial: its trouble is far from their totals.
  Drive some("weight:max(0, log(total - 5)) + 0*w/(w - 2)", 2, 10.0);
  some.share(0, 2.0);
  some.share(1, 8.0);
  const auto parts = some.block(1);
  CHECK(parts[0] == Satoshi(0));
  CHECK(parts[1] == Satoshi(kBlockReward));
  CHECK(some.scheme->irregular_blocks() == 1);

  Drive none("weight:max(0, total - 100)", 2, 10.0);
  none.share(0, 2.0);
  none.share(1, 8.0);
  CHECK(none.block(1)[0] == Satoshi(kBlockReward / 5));  // by work
  CHECK(none.scheme->irregular_blocks() == 1);
}
