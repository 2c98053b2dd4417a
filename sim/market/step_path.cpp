#include "sim/market/step_path.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/error.hpp"

namespace aicmp {

StepPath::StepPath(std::unique_ptr<StepSource> source) : source_(std::move(source)) {
  steps_.push_back(source_->next());
  AICMP_ASSERT(steps_.front().begin <= Time());
  steps_.push_back(source_->next());
}

double StepPath::at(Time t) {
  seek(t);
  return steps_[current_].value;
}

Time StepPath::next_change(Time t) {
  seek(t);
  return steps_[current_ + 1].begin;
}

void StepPath::seek(Time t) {
  AICMP_ASSERT(t >= steps_.front().begin && t < Time::forever());
  if (t < steps_[current_].begin) {
    const auto after =
        std::upper_bound(steps_.begin(), steps_.end(), t,
                         [](Time when, const Step& step) { return when < step.begin; });
    current_ = static_cast<std::size_t>(after - steps_.begin()) - 1;
    return;
  }
  while (t >= steps_[current_ + 1].begin) {
    ++current_;
    if (current_ + 1 == steps_.size()) steps_.push_back(source_->next());
  }
}

}  // namespace aicmp
