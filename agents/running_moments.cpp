#include "agents/running_moments.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {

void RunningMoments::add(const float* table, std::size_t rows) {
  if (rows == 0) return;
  const std::size_t width = columns();
  std::vector<double> mean(width, 0.0);
  std::vector<double> square(width, 0.0);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t k = 0; k < width; ++k) mean[k] += static_cast<double>(table[r * width + k]);
  }
  const auto added = static_cast<double>(rows);
  for (double& m : mean) m /= added;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t k = 0; k < width; ++k) {
      const double away = static_cast<double>(table[r * width + k]) - mean[k];
      square[k] += away * away;
    }
  }
  const double total = count_ + added;
  for (std::size_t k = 0; k < width; ++k) {
    const double apart = mean[k] - mean_[k];
    mean_[k] += apart * added / total;
    square_[k] += square[k] + apart * apart * count_ * added / total;
  }
  count_ = total;
}

void RunningMoments::fade(double keep) {
  count_ *= keep;
  for (double& square : square_) square *= keep;
}

void RunningMoments::save(Archive& archive, const std::string& name) const {
  archive.put(name + ".count", count_);
  archive.put(name + ".mean", mean_.data(), mean_.size());
  archive.put(name + ".square", square_.data(), square_.size());
}

void RunningMoments::load(const Archive& archive, const std::string& name) {
  archive.get(name + ".count", count_);
  archive.get(name + ".mean", mean_.data(), mean_.size());
  archive.get(name + ".square", square_.data(), square_.size());
}

double observation_variance(const RunningMoments& moments, std::size_t column) {
  constexpr double kRounding = 1e-12;
  constexpr double kEndless = 1e30;
  const double variance = moments.variance(column);
  return variance > kRounding ? variance : kEndless;
}

void ObservationScale::set(const RunningMoments& moments) {
  for (std::size_t k = 0; k < shift_.size(); ++k) {
    shift_[k] = static_cast<float>(moments.mean(k));
    factor_[k] = static_cast<float>(1.0 / std::sqrt(observation_variance(moments, k) + 1e-8));
  }
}

void ObservationScale::apply(const float* in, std::size_t rows, float* out) const {
  const auto clip = static_cast<float>(kClip);
  const std::size_t width = shift_.size();
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t k = 0; k < width; ++k) {
      out[r * width + k] = std::clamp((in[r * width + k] - shift_[k]) * factor_[k], -clip, clip);
    }
  }
}

}  // namespace aicmp
