#include "agents/q_gradient.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {

QGradient::QGradient(const QNet& net, const Replay& replay, const ObservationScale& scale,
                     const Rewards& rewards, bool double_q, Workers& workers)
    : net_(net),
      replay_(replay),
      scale_(scale),
      rewards_(rewards),
      double_q_(double_q),
      workers_(workers) {
  const Floats x(kChunkRows * net.mlp().inputs());
  const Floats q(kChunkRows * net.choices());
  for (std::size_t i = 0; i < workers.threads(); ++i) {
    parts_.push_back({net.mlp().workspace(),
                      x,
                      x,
                      q,
                      q,
                      std::vector<Experience>(kChunkRows),
                      std::vector<std::int64_t>(kChunkRows),
                      std::vector<float>(kChunkRows),
                      Floats(i == 0 ? 0 : net.size()),
                      {}});
  }
}

QLoss QGradient::differentiate(const float* parameters, const float* target,
                               std::span<const std::uint32_t> indices,
                               std::span<const float> weights, float* gradient,
                               std::span<float> errors) {
  const std::size_t parts = parts_.size();
  workers_.share(parts, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      Part& part = parts_[i];
      float* own = i == 0 ? gradient : part.gradient.data();
      std::fill_n(own, net_.size(), 0.0f);
      part.loss = {};
      net_.mlp().transpose(parameters, part.space);
      const std::size_t end = indices.size() * (i + 1) / parts;
      for (std::size_t row = indices.size() * i / parts; row < end; row += kChunkRows) {
        const std::size_t count = std::min(kChunkRows, end - row);
        add(parameters, target, indices.subspan(row, count), weights.subspan(row, count),
            indices.size(), part, own, errors.subspan(row, count));
      }
    }
  });
  QLoss total;
  for (std::size_t i = 0; i < parts; ++i) {
    total.td += parts_[i].loss.td;
    total.q += parts_[i].loss.q;
    if (i == 0) continue;
    for (std::size_t k = 0; k < net_.size(); ++k) gradient[k] += parts_[i].gradient[k];
  }
  const auto batch = static_cast<double>(indices.size());
  return {total.td / batch, total.q / batch};
}

void QGradient::load(std::span<const std::uint32_t> indices, Part& part) const {
  const std::size_t inputs = net_.mlp().inputs();
  for (std::size_t r = 0; r < indices.size(); ++r) {
    part.drawn[r] = replay_.at(indices[r]);
    part.choices[r] = part.drawn[r].choice;
    scale_.apply(part.drawn[r].observation, 1, part.x.data() + r * inputs);
    scale_.apply(part.drawn[r].next_observation, 1, part.next_x.data() + r * inputs);
  }
}

double QGradient::target_value(const Part& part, std::size_t r) const {
  const Experience& experience = part.drawn[r];
  const double reward = rewards_.seen(experience.reward, experience.time);
  if (experience.discount == 0.0) return reward;
  const float* values = part.next_q.data() + r * net_.choices();
  const float* judge = double_q_ ? part.q.data() + r * net_.choices() : values;
  return reward +
         experience.discount * static_cast<double>(values[net_.best(judge, experience.next_mask)]);
}

void QGradient::add(const float* parameters, const float* target,
                    std::span<const std::uint32_t> indices, std::span<const float> weights,
                    std::size_t batch, Part& part, float* gradient, std::span<float> errors) const {
  const std::size_t rows = indices.size();
  load(indices, part);
  net_.forward(target, part.next_x.data(), rows, part.space, part.next_q.data());
  if (double_q_) {
    net_.forward(parameters, part.next_x.data(), rows, part.space, part.q.data());
  }
  for (std::size_t r = 0; r < rows; ++r) {
    errors[r] = -static_cast<float>(target_value(part, r));
  }
  net_.forward(parameters, part.x.data(), rows, part.space, part.q.data());
  for (std::size_t r = 0; r < rows; ++r) {
    const float q = part.q[r * net_.choices() + static_cast<std::size_t>(part.choices[r])];
    const float error = errors[r] += q;
    // Huber's loss: a square up to 1, then a line.
    const float size = std::abs(error);
    part.loss.td += static_cast<double>(weights[r]) *
                    static_cast<double>(size < 1.0f ? 0.5f * error * error : size - 0.5f);
    part.loss.q += static_cast<double>(q);
    part.slopes[r] = weights[r] / static_cast<float>(batch) * std::clamp(error, -1.0f, 1.0f);
  }
  net_.backward(parameters, part.x.data(), rows, part.choices.data(), part.slopes.data(),
                part.space, gradient);
}

}  // namespace aicmp
