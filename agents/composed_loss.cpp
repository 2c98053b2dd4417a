#include "agents/composed_loss.hpp"

#include <numbers>

#include <ATen/ATen.h>

namespace aicmp {
namespace {

using Index = std::int64_t;

Index as_index(std::size_t size) {
  return static_cast<Index>(size);
}

template <typename T>
at::Tensor gather(const T* table, std::size_t width, std::span<const std::uint32_t> rows,
                  at::ScalarType type) {
  at::Tensor out = at::empty({as_index(rows.size()), as_index(width)}, type);
  T* to = out.mutable_data_ptr<T>();
  for (const std::uint32_t row : rows) to = std::copy_n(table + row * width, width, to);
  return out;
}

at::Tensor forward(const Mlp& net, const at::Tensor& parameters, at::Tensor x) {
  for (const Mlp::Layer& layer : net.layers()) {
    const Index in = as_index(layer.in);
    const Index stride = as_index(layer.stride());
    const Index out = as_index(layer.out);
    const at::Tensor weights = parameters.narrow(0, as_index(layer.weights), in * stride)
                                   .view({in, stride})
                                   .narrow(1, 0, out);
    x = at::addmm(parameters.narrow(0, as_index(layer.bias), out), x, weights);
    if (layer.activation == Activation::kTanh) x = at::tanh(x);
    if (layer.activation == Activation::kRelu) x = at::relu(x);
  }
  return x;
}

struct Distribution {
  at::Tensor log_prob;
  at::Tensor entropy;
};

Distribution choices_of(const ActionHead& head, at::Tensor outputs, const PolicySamples& samples,
                        std::span<const std::uint32_t> rows) {
  if (samples.mask != nullptr) {
    const at::Tensor mask =
        gather(reinterpret_cast<const signed char*>(samples.mask), head.outputs(), rows, at::kChar);
    outputs = at::where(mask.to(at::kBool), outputs, at::full_like(outputs, -1e8));
  }
  const at::Tensor choices = gather(samples.choices, head.sets().size(), rows, at::kLong);
  Distribution result{at::zeros({as_index(rows.size())}), at::zeros({as_index(rows.size())})};
  Index first = 0;
  for (std::size_t s = 0; s < head.sets().size(); ++s) {
    const Index size = as_index(head.sets()[s]);
    const at::Tensor log_p = at::log_softmax(outputs.narrow(1, first, size), 1);
    result.log_prob =
        result.log_prob + log_p.gather(1, choices.narrow(1, as_index(s), 1)).squeeze(1);
    result.entropy = result.entropy - (log_p.exp() * log_p).sum(1);
    first += size;
  }
  return result;
}

Distribution numbers_of(const ActionHead& head, const at::Tensor& outputs,
                        const at::Tensor& log_std, const PolicySamples& samples,
                        std::span<const std::uint32_t> rows) {
  const at::Tensor numbers = gather(samples.numbers, head.numbers(), rows, at::kFloat);
  const double half_log = 0.5 * std::log(2.0 * std::numbers::pi);
  const at::Tensor z = (numbers - outputs) / log_std.exp();
  return {(-0.5 * z * z - log_std - half_log).sum(1),
          (log_std + half_log + 0.5).sum().expand({as_index(rows.size())})};
}

}  // namespace

PolicyLoss composed_policy_loss(const ActorCritic& net, const float* parameters,
                                const PolicySamples& samples, std::span<const std::uint32_t> rows,
                                const PolicyLossTerms& terms, float* gradient) {
  const ActionHead& head = net.head();
  at::Tensor leaf = at::empty({as_index(net.size())}, at::kFloat);
  std::copy_n(parameters, net.size(), leaf.mutable_data_ptr<float>());
  leaf.set_requires_grad(true);

  const at::Tensor x = gather(samples.observation, net.policy().inputs(), rows, at::kFloat);
  const at::Tensor outputs = forward(net.policy(), leaf, x);
  const at::Tensor log_std =
      leaf.narrow(0, as_index(net.log_std_offset()), as_index(head.numbers()));
  const Distribution actions = head.discrete() ? choices_of(head, outputs, samples, rows)
                                               : numbers_of(head, outputs, log_std, samples, rows);
  const at::Tensor value =
      forward(net.value(),
              leaf.narrow(0, as_index(net.value_offset()), as_index(net.value().size())), x)
          .squeeze(1);

  const at::Tensor log_ratio =
      actions.log_prob - gather(samples.log_prob, 1, rows, at::kFloat).squeeze(1);
  const at::Tensor ratio = log_ratio.exp();
  const at::Tensor advantage =
      (gather(samples.advantage, 1, rows, at::kFloat).squeeze(1) - terms.advantage_shift) *
      terms.advantage_scale;
  const at::Tensor policy =
      terms.imitate ? -actions.log_prob.mean()
                    : at::maximum(-advantage * ratio,
                                  -advantage * at::clamp(ratio, 1.0 - terms.clip, 1.0 + terms.clip))
                          .mean();
  const at::Tensor target = gather(samples.value_target, 1, rows, at::kFloat).squeeze(1);
  const at::Tensor value_loss = (value - target).square().mean();
  const at::Tensor entropy = actions.entropy.mean();
  const at::Tensor total =
      policy + terms.value_weight * value_loss - terms.entropy_weight * entropy;
  total.backward();

  const float* slope = leaf.grad().const_data_ptr<float>();
  for (std::size_t i = 0; i < net.size(); ++i) gradient[i] += slope[i];
  const auto number = [](const at::Tensor& t) { return static_cast<double>(t.item<float>()); };
  return {number(total),
          number(policy),
          number(value_loss),
          number(entropy),
          number((ratio - 1.0 - log_ratio).mean()),
          number(((ratio - 1.0).abs() > terms.clip).to(at::kFloat).mean())};
}

}  // namespace aicmp
