#include "agents/actor_critic.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {

PolicyLoss& PolicyLoss::operator+=(const PolicyLoss& other) {
  total += other.total;
  policy += other.policy;
  value += other.value;
  entropy += other.entropy;
  approx_kl += other.approx_kl;
  clipped += other.clipped;
  return *this;
}

PolicyLoss PolicyLoss::operator/(double divisor) const {
  return {total / divisor,   policy / divisor,    value / divisor,
          entropy / divisor, approx_kl / divisor, clipped / divisor};
}

ActorCritic::ActorCritic(std::size_t inputs, const std::vector<std::size_t>& hidden,
                         Activation activation, ActionHead head, std::size_t lstm_units)
    : inputs_(inputs),
      head_(std::move(head)),
      memory_(lstm_units > 0 ? std::make_optional<LstmLayer>(inputs, lstm_units) : std::nullopt),
      policy_(memory_ ? lstm_units : inputs, hidden, head_.outputs(), activation),
      value_(policy_.inputs(), hidden, 1, activation) {}

void ActorCritic::initialise(float* parameters, Rng& rng) const {
  policy_.initialise(parameters, rng, 0.01);
  value_.initialise(parameters + value_offset(), rng, 1.0);
  if (memory_) {
    memory_->initialise(parameters + policy_memory_offset(), rng);
    memory_->initialise(parameters + value_memory_offset(), rng);
  }
  std::fill(parameters + log_std_offset(), parameters + size(), 0.0f);
}

ActorCritic::Workspace ActorCritic::workspace() const {
  Workspace space{policy_.workspace(),
                  value_.workspace(),
                  Floats(kChunkRows * policy_.output_stride() + kPadding),
                  Floats(kChunkRows * inputs_),
                  std::vector<std::int8_t>(kChunkRows * head_.outputs()),
                  std::nullopt};
  if (memory_) space.memory = memory_->workspace();
  return space;
}

const float* ActorCritic::seen(const float* memory_parameters, const float* x, std::size_t rows,
                               float* state, Workspace& space) const {
  if (!memory_) return x;
  memory_->step(memory_parameters, x, rows, state, state_width(), *space.memory);
  return space.memory->hidden.data();
}

void ActorCritic::act(const float* parameters, const float* x, std::size_t rows,
                      const std::int8_t* mask, Rng& rng, const PolicyActions& actions, float* state,
                      float* values, Workspace& space) const {
  const std::size_t stride = policy_.output_stride();
  for (std::size_t first = 0; first < rows; first += kChunkRows) {
    const std::size_t count = std::min(kChunkRows, rows - first);
    const float* chunk = seen(parameters + policy_memory_offset(), x + first * inputs_, count,
                              state + first * state_width(), space);
    policy_.forward(parameters, chunk, count, space.policy);
    float* outputs = space.policy.outputs.back().data();
    head_.normalise(count, stride, outputs, mask == nullptr ? mask : mask + first * head_.outputs(),
                    space.probabilities.data());
    head_.sample(count, stride, outputs, space.probabilities.data(), parameters + log_std_offset(),
                 rng,
                 {actions.choices + first * head_.sets().size(),
                  actions.numbers + first * head_.numbers(), actions.log_prob + first});
  }
  if (values != nullptr) this->values(parameters, x, rows, state, values, space);
}

void ActorCritic::values(const float* parameters, const float* x, std::size_t rows, float* state,
                         float* values, Workspace& space) const {
  for (std::size_t first = 0; first < rows; first += kChunkRows) {
    const std::size_t count = std::min(kChunkRows, rows - first);
    const float* chunk = seen(parameters + value_memory_offset(), x + first * inputs_, count,
                              state + first * state_width() + state_width() / 2, space);
    value_.forward(parameters + value_offset(), chunk, count, space.value);
    for (std::size_t r = 0; r < count; ++r) {
      values[first + r] = space.value.output()[r * value_.output_stride()];
    }
  }
}

void ActorCritic::zero(Nets nets, float* gradient) const {
  if (nets != Nets::kValue) {
    std::fill_n(gradient, policy_.size(), 0.0f);
    std::fill(gradient + log_std_offset(), gradient + size(), 0.0f);
  }
  if (nets != Nets::kPolicy) std::fill_n(gradient + value_offset(), value_.size(), 0.0f);
}

void ActorCritic::prefetch(const PolicySamples& samples, std::span<const std::uint32_t> rows,
                           Nets nets) const {
  constexpr std::size_t kLine = 64 / sizeof(float);
  for (const std::size_t row : rows) {
    const float* observation = samples.observation + row * inputs_;
    for (std::size_t k = 0; k < inputs_; k += kLine) __builtin_prefetch(observation + k, 0, 2);
    __builtin_prefetch(observation + inputs_ - 1, 0, 2);
    __builtin_prefetch(samples.value_target + row, 0, 2);
    if (nets == Nets::kValue) continue;
    __builtin_prefetch(samples.choices + row * head_.sets().size(), 0, 2);
    __builtin_prefetch(samples.numbers + row * head_.numbers(), 0, 2);
    __builtin_prefetch(samples.log_prob + row, 0, 2);
    __builtin_prefetch(samples.advantage + row, 0, 2);
  }
}

void ActorCritic::add_policy_loss(const float* parameters, const PolicySamples& samples,
                                  std::span<const std::uint32_t> rows, float part,
                                  const PolicyLossTerms& terms, Workspace& space, float* gradient,
                                  PolicyLoss& loss) const {
  const std::size_t stride = policy_.output_stride();
  const auto clip = static_cast<float>(terms.clip);
  const float* log_std = parameters + log_std_offset();
  float* log_std_slope = gradient + log_std_offset();
  const float* x = space.observation.data();
  policy_.forward(parameters, x, rows.size(), space.policy);
  float* outputs = space.policy.outputs.back().data();
  head_.normalise(rows.size(), stride, outputs,
                  samples.mask == nullptr ? nullptr : space.mask.data(),
                  space.probabilities.data());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t at = rows[r];
    const float* row = outputs + r * stride;
    const float* p = space.probabilities.data() + r * stride;
    const std::int64_t* choices = samples.choices + at * head_.sets().size();
    const float* numbers = samples.numbers + at * head_.numbers();
    const float log_prob = head_.log_prob(row, log_std, choices, numbers);
    const float log_ratio = log_prob - samples.log_prob[at];
    const float ratio = std::exp(log_ratio);
    const float advantage =
        static_cast<float>((static_cast<double>(samples.advantage[at]) - terms.advantage_shift) *
                           terms.advantage_scale);
    const float free = -advantage * ratio;
    const float bound = -advantage * std::clamp(ratio, 1.0f - clip, 1.0f + clip);
    loss.policy += static_cast<double>(terms.imitate ? -log_prob : std::max(free, bound));
    loss.entropy += static_cast<double>(head_.entropy(row, p, log_std));
    loss.approx_kl += static_cast<double>(ratio - 1.0f - log_ratio);
    loss.clipped += std::abs(ratio - 1.0f) > clip ? 1.0 : 0.0;
    const float slope = terms.imitate ? -1.0f : free >= bound ? free : 0.0f;
    const ActionSlopes slopes{slope * part, -static_cast<float>(terms.entropy_weight) * part};
    head_.differentiate(row, p, log_std, choices, numbers, slopes,
                        space.policy.output_gradient() + r * stride, log_std_slope);
  }
  policy_.backward(parameters, x, rows.size(), space.policy, gradient);
}

void ActorCritic::add_value_loss(const float* parameters, const PolicySamples& samples,
                                 std::span<const std::uint32_t> rows, float part,
                                 const PolicyLossTerms& terms, Workspace& space, float* gradient,
                                 PolicyLoss& loss) const {
  const float* x = space.observation.data();
  value_.forward(parameters + value_offset(), x, rows.size(), space.value);
  const float slope = 2.0f * static_cast<float>(terms.value_weight) * part;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t at = r * value_.output_stride();
    const float error = space.value.output()[at] - samples.value_target[rows[r]];
    loss.value += static_cast<double>(error) * static_cast<double>(error);
    space.value.output_gradient()[at] = slope * error;
  }
  value_.backward(parameters + value_offset(), x, rows.size(), space.value,
                  gradient + value_offset());
}

void ActorCritic::add_loss(const float* parameters, const PolicySamples& samples,
                           std::span<const std::uint32_t> rows, std::size_t batch,
                           const PolicyLossTerms& terms, Nets nets, Workspace& space,
                           float* gradient, PolicyLoss& loss) const {
  const float part = 1.0f / static_cast<float>(batch);
  PolicyLoss sum;
  if (nets != Nets::kValue) policy_.transpose(parameters, space.policy);
  if (nets != Nets::kPolicy) value_.transpose(parameters + value_offset(), space.value);
  for (std::size_t first = 0; first < rows.size(); first += kChunkRows) {
    const auto chunk = rows.subspan(first, std::min(kChunkRows, rows.size() - first));
    const auto left = rows.subspan(first + chunk.size());
    prefetch(samples, left.first(std::min(kChunkRows, left.size())), nets);
    for (std::size_t r = 0; r < chunk.size(); ++r) {
      std::copy_n(samples.observation + chunk[r] * inputs_, inputs_,
                  space.observation.data() + r * inputs_);
      if (samples.mask == nullptr || nets == Nets::kValue) continue;
      std::copy_n(samples.mask + chunk[r] * head_.outputs(), head_.outputs(),
                  space.mask.data() + r * head_.outputs());
    }
    if (nets != Nets::kValue) {
      add_policy_loss(parameters, samples, chunk, part, terms, space, gradient, sum);
    }
    if (nets != Nets::kPolicy) {
      add_value_loss(parameters, samples, chunk, part, terms, space, gradient, sum);
    }
  }
  PolicyLoss mean = sum / static_cast<double>(batch);
  mean.total = mean.policy - terms.entropy_weight * mean.entropy + terms.value_weight * mean.value;
  loss += mean;
}

}  // namespace aicmp
