#include "sim/market/step_sources.hpp"

#include <utility>

namespace aicmp {
namespace {

class Constant final : public StepSource {
 public:
  explicit Constant(double value) : value_(value) {}
  Step next() override { return {std::exchange(begin_, Time::forever()), value_}; }

 private:
  double value_;
  Time begin_;
};

class Replay final : public StepSource {
 public:
  Replay(History history, const CivilTime& civil) : history_(std::move(history)), civil_(civil) {}

  Step next() override {
    if (row_ == history_.values.size()) return {Time::forever(), history_.values.back()};
    const Step step{civil_.at_unix(history_.unix_s[row_]), history_.values[row_]};
    ++row_;
    return step;
  }

 private:
  History history_;
  CivilTime civil_;
  std::size_t row_ = 0;
};

}  // namespace

std::unique_ptr<StepSource> constant_step(double value) {
  return std::make_unique<Constant>(value);
}

std::unique_ptr<StepSource> replay_steps(History history, const CivilTime& civil) {
  return std::make_unique<Replay>(std::move(history), civil);
}

HistoryQuery::Span span_of_run(const CivilTime& civil, Time horizon) {
  return {civil.start_unix_s(), civil.unix_s(horizon)};
}

}  // namespace aicmp
