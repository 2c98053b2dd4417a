#include "sim/pool/weight_expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kDeepest = 64;  // nested operations: the size of the evaluation stack
constexpr std::string_view kNames = "w, a, n, total, min, max, log, exp, sqrt";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

/// Recursive descent; every rule leaves its steps in reverse Polish order.
class WeightExpression::Parser {
 public:
  Parser(std::string_view text, const std::string& key, std::vector<Step>& steps)
      : text_(text), key_(key), steps_(steps) {}

  void parse() {
    sum();
    skip_spaces();
    if (at_ < text_.size()) fail("expected an operator or the end");
  }

 private:
  [[noreturn]] void fail(const std::string& why, std::string_view allowed = {}) const {
    throw ConfigError({}, key_, fmt::format("'{}': column {}: {}", text_, at_ + 1, why),
                      std::string(allowed));
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool next_is(char c) {
    skip_spaces();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(fmt::format("expected '{}'", c));
  }
  /// `change` is by how much the evaluation stack grows.
  void emit(Step step, int change) {
    steps_.push_back(step);
    stack_ += static_cast<std::size_t>(change);
    if (stack_ > kDeepest) fail("nested too deeply");
  }

  void sum() {
    product();
    for (;;) {
      if (take('+')) {
        product();
        emit({Op::kAdd}, -1);
      } else if (take('-')) {
        product();
        emit({Op::kSubtract}, -1);
      } else {
        return;
      }
    }
  }

  void product() {
    signed_power();
    for (;;) {
      if (take('*')) {
        signed_power();
        emit({Op::kMultiply}, -1);
      } else if (take('/')) {
        signed_power();
        emit({Op::kDivide}, -1);
      } else {
        return;
      }
    }
  }

  void signed_power() {
    if (++nesting_ > kDeepest) fail("nested too deeply");
    if (take('-')) {
      signed_power();
      emit({Op::kNegate}, 0);
    } else if (take('+')) {
      signed_power();
    } else {
      value();
      if (take('^')) {
        signed_power();
        emit({Op::kPower}, -1);
      }
    }
    --nesting_;
  }

  void value() {
    skip_spaces();
    if (take('(')) {
      sum();
      expect(')');
    } else if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) {
      number();
    } else if (at_ < text_.size() && is_letter(text_[at_])) {
      name();
    } else {
      fail(at_ < text_.size() ? fmt::format("unexpected '{}'", text_[at_])
                              : std::string("something is missing at the end"),
           "a number, (, " + std::string(kNames));
    }
  }

  void number() {
    double parsed = 0.0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), parsed);
    if (error != std::errc()) fail("not a number");
    at_ = static_cast<std::size_t>(end - text_.data());
    emit({Op::kNumber, parsed}, 1);
  }

  void name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "w") return emit({Op::kW}, 1);
    if (word == "a") return emit({Op::kA}, 1);
    if (word == "n") return emit({Op::kN}, 1);
    if (word == "total") return emit({Op::kTotal}, 1);
    if (word == "log") return function(Op::kLog);
    if (word == "exp") return function(Op::kExp);
    if (word == "sqrt") return function(Op::kSqrt);
    if (word == "min") return extremum(Op::kMin);
    if (word == "max") return extremum(Op::kMax);
    at_ = begin;
    fail(fmt::format("unknown name '{}'", word), kNames);
  }

  void function(Op op) {
    expect('(');
    sum();
    expect(')');
    emit({op}, 0);
  }

  void extremum(Op op) {
    expect('(');
    sum();
    expect(',');
    do {
      sum();
      emit({op}, -1);
    } while (take(','));
    expect(')');
  }

  std::string_view text_;
  const std::string& key_;
  std::vector<Step>& steps_;
  std::size_t at_ = 0;
  std::size_t stack_ = 0;
  std::size_t nesting_ = 0;
};

WeightExpression::WeightExpression(std::string_view text, const std::string& key) {
  Parser(text, key, steps_).parse();
  try_out(text, key);
}

double WeightExpression::operator()(const WeightInputs& inputs) const {
  std::array<double, kDeepest> stack;
  double* top = stack.data();  // one past the newest value
  const auto binary = [&top](auto operation) {
    --top;
    top[-1] = operation(top[-1], top[0]);
  };
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::kNumber:
        *top++ = step.number;
        break;
      case Op::kW:
        *top++ = inputs.w;
        break;
      case Op::kA:
        *top++ = inputs.a;
        break;
      case Op::kN:
        *top++ = inputs.n;
        break;
      case Op::kTotal:
        *top++ = inputs.total;
        break;
      case Op::kAdd:
        binary([](double x, double y) { return x + y; });
        break;
      case Op::kSubtract:
        binary([](double x, double y) { return x - y; });
        break;
      case Op::kMultiply:
        binary([](double x, double y) { return x * y; });
        break;
      case Op::kDivide:
        binary([](double x, double y) { return x / y; });
        break;
      case Op::kPower:
        binary([](double x, double y) { return std::pow(x, y); });
        break;
      // Unlike std::min and max these let no NaN vanish.
      case Op::kMin:
        binary([](double x, double y) { return x < y || x != x ? x : y; });
        break;
      case Op::kMax:
        binary([](double x, double y) { return x > y || x != x ? x : y; });
        break;
      case Op::kNegate:
        top[-1] = -top[-1];
        break;
      case Op::kLog:
        top[-1] = std::log(top[-1]);
        break;
      case Op::kExp:
        top[-1] = std::exp(top[-1]);
        break;
      case Op::kSqrt:
        top[-1] = std::sqrt(top[-1]);
        break;
    }
  }
  return top[-1];
}

void WeightExpression::try_out(std::string_view text, const std::string& key) const {
  bool positive = false;
  for (const double total : {1e3, 1e9, 1e15}) {
    for (const double n : {1.0, 2.0, 1e3, 1e6}) {
      for (const double a : {1e-6, 1e-3, 0.1, 0.5, 0.999999}) {
        const double part = n == 1.0 ? 1.0 : a;
        const double weight = (*this)({part * total, part, n, total});
        if (!std::isfinite(weight) || weight < 0.0) {
          throw ConfigError(
              {}, key,
              fmt::format("'{}' gives {:g} for w = {:g}, a = {:g}, n = {:g}, total = {:g}", text,
                          weight, part * total, part, n, total),
              "finite weights >= 0");
        }
        positive = positive || weight > 0.0;
      }
    }
  }
  if (!positive) {
    throw ConfigError({}, key, fmt::format("'{}' gives everybody a weight of 0", text));
  }
}

}  // namespace aicmp
