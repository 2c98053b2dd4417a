#include "agents/composed_loss.hpp"

#include <algorithm>
#include <numbers>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

using Index = std::int64_t;

Index as_index(std::size_t size) {
  return static_cast<Index>(size);
}

/// libtorch's threads, as long as it lives.
class Threads {
 public:
  explicit Threads(int threads) : before_(at::get_num_threads()) { at::set_num_threads(threads); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { at::set_num_threads(before_); }

 private:
  int before_;
};

/// Rows of samples as tensors on a device.
struct Batch {
  const PolicySamples& samples;
  std::span<const std::uint32_t> rows;
  at::Device device;

  Index size() const { return as_index(rows.size()); }
  std::size_t sequences() const { return rows.size() / samples.steps; }

  /// Those of `rows` in `table` [.][width].
  template <typename T>
  at::Tensor gather(const T* table, std::size_t width, std::span<const std::uint32_t> chosen,
                    at::ScalarType type) const {
    at::Tensor out = at::empty({as_index(chosen.size()), as_index(width)}, type);
    T* to = out.mutable_data_ptr<T>();
    for (const std::uint32_t row : chosen) to = std::copy_n(table + row * width, width, to);
    return out.to(device);
  }
  template <typename T>
  at::Tensor gather(const T* table, std::size_t width, at::ScalarType type) const {
    return gather(table, width, rows, type);
  }
  at::Tensor column(const float* table) const { return gather(table, 1, at::kFloat).squeeze(1); }
  at::Tensor zeros() const { return at::zeros({size()}, at::device(device).dtype(at::kFloat)); }
};

at::Tensor forward(const Mlp& net, const at::Tensor& parameters, at::Tensor x) {
  for (const Mlp::Layer& layer : net.layers()) {
    const Index in = as_index(layer.in);
    const Index out = as_index(layer.out);
    const auto matrix = [&](Index rows, Index columns, Index width) {
      return parameters.narrow(0, as_index(layer.weights), rows * width)
          .view({rows, width})
          .narrow(1, 0, columns);
    };
    const at::Tensor weights = layer.by_output ? matrix(out, in, as_index(padded(layer.in))).t()
                                               : matrix(in, out, as_index(layer.stride()));
    x = at::addmm(parameters.narrow(0, as_index(layer.bias), out), x, weights);
    if (layer.activation == Activation::kTanh) x = at::tanh(x);
    if (layer.activation == Activation::kRelu) x = at::relu(x);
  }
  return x;
}

/// Hidden units [rows][units] of a memory whose part of the states begins at `part`.
at::Tensor remember(const LstmLayer& layer, const at::Tensor& parameters, std::size_t part,
                    std::size_t state_width, const at::Tensor& x, const Batch& batch) {
  const Index inputs = as_index(layer.inputs());
  const Index units = as_index(layer.units());
  const Index stride = as_index(layer.columns() / 4);
  const at::Tensor weights = parameters.narrow(0, 0, as_index(layer.bias_offset()))
                                 .view({inputs + units, 4, stride})
                                 .narrow(2, 0, units)
                                 .reshape({inputs + units, 4 * units});
  const at::Tensor bias = parameters.narrow(0, as_index(layer.bias_offset()), 4 * stride)
                              .view({4, stride})
                              .narrow(1, 0, units)
                              .reshape({4 * units});
  const at::Tensor recurrent = weights.narrow(0, inputs, units);
  const std::size_t width = batch.sequences();
  const std::vector<at::Tensor> fed = at::addmm(bias, x, weights.narrow(0, 0, inputs))
                                          .view({-1, as_index(width), 4 * units})
                                          .unbind();

  const at::Tensor state =
      batch.gather(batch.samples.state, state_width, batch.rows.first(width), at::kFloat);
  at::Tensor hidden = state.narrow(1, as_index(part), units);
  at::Tensor cell = state.narrow(1, as_index(part) + stride, units);
  std::vector<at::Tensor> seen;
  for (std::size_t t = 0; t < fed.size(); ++t) {
    const std::vector<at::Tensor> gates = at::addmm(fed[t], hidden, recurrent).chunk(4, 1);
    cell = at::sigmoid(gates[1]) * cell + at::sigmoid(gates[0]) * at::tanh(gates[2]);
    hidden = at::sigmoid(gates[3]) * at::tanh(cell);
    seen.push_back(hidden);
    const auto now = batch.rows.subspan(t * width, width);
    if (std::none_of(now.begin(), now.end(),
                     [&](std::uint32_t row) { return batch.samples.ended[row] != 0; })) {
      continue;
    }
    const at::Tensor on = batch.gather(batch.samples.ended, 1, now, at::kByte) == 0;
    hidden = hidden * on;
    cell = cell * on;
  }
  return at::cat(seen);
}

struct Distribution {
  at::Tensor log_prob;
  at::Tensor entropy;
};

Distribution choices_of(const ActionHead& head, at::Tensor outputs, const Batch& batch) {
  const PolicySamples& samples = batch.samples;
  if (samples.mask != nullptr) {
    const at::Tensor mask =
        batch.gather(reinterpret_cast<const signed char*>(samples.mask), head.outputs(), at::kChar);
    outputs = at::where(mask.to(at::kBool), outputs, at::full_like(outputs, -1e8));
  }
  const at::Tensor choices = batch.gather(samples.choices, head.sets().size(), at::kLong);
  Distribution result{batch.zeros(), batch.zeros()};
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
                        const at::Tensor& log_std, const Batch& batch) {
  const at::Tensor numbers = batch.gather(batch.samples.numbers, head.numbers(), at::kFloat);
  const double half_log = 0.5 * std::log(2.0 * std::numbers::pi);
  const at::Tensor z = (numbers - outputs) / log_std.exp();
  return {(-0.5 * z * z - log_std - half_log).sum(1),
          (log_std + half_log + 0.5).sum().expand({batch.size()})};
}

}  // namespace

ComposedGradient::ComposedGradient(const ActorCritic& net, int threads, Device device)
    : net_(net), threads_(threads), device_(device) {
  if (device == Device::kCuda && at::getNumGPUs() == 0) {
    throw ConfigError({}, "train.device", "this libtorch has no CUDA device", "cpu");
  }
}

PolicyLoss ComposedGradient::differentiate(const float* parameters, const PolicySamples& samples,
                                           std::span<const std::uint32_t> rows,
                                           const PolicyLossTerms& terms, float* gradient) {
  const Threads threads(threads_);
  const c10::AutoGradMode differentiated(true);
  const Batch batch{samples, rows, device_ == Device::kCuda ? at::kCUDA : at::kCPU};
  const ActionHead& head = net_.head();
  at::Tensor leaf = at::empty({as_index(net_.size())}, at::kFloat);
  std::copy_n(parameters, net_.size(), leaf.mutable_data_ptr<float>());
  leaf = leaf.to(batch.device);
  leaf.set_requires_grad(true);
  const auto part = [&](std::size_t offset, std::size_t size) {
    return leaf.narrow(0, as_index(offset), as_index(size));
  };

  const at::Tensor x = batch.gather(samples.observation, net_.inputs(), at::kFloat);
  at::Tensor policy_x = x;
  at::Tensor value_x = x;
  if (const auto& memory = net_.memory()) {
    policy_x = remember(*memory, part(net_.policy_memory_offset(), memory->size()), 0,
                        net_.state_width(), x, batch);
    value_x = remember(*memory, part(net_.value_memory_offset(), memory->size()),
                       memory->state_width(), net_.state_width(), x, batch);
  }
  const at::Tensor outputs = forward(net_.policy(), leaf, policy_x);
  const Distribution actions =
      head.discrete()
          ? choices_of(head, outputs, batch)
          : numbers_of(head, outputs, part(net_.log_std_offset(), head.numbers()), batch);
  const at::Tensor value =
      forward(net_.value(), part(net_.value_offset(), net_.value().size()), value_x).squeeze(1);

  const at::Tensor log_ratio = actions.log_prob - batch.column(samples.log_prob);
  const at::Tensor ratio = log_ratio.exp();
  const at::Tensor advantage =
      (batch.column(samples.advantage) - terms.advantage_shift) * terms.advantage_scale;
  const at::Tensor policy =
      terms.imitate ? -actions.log_prob.mean()
                    : at::maximum(-advantage * ratio,
                                  -advantage * at::clamp(ratio, 1.0 - terms.clip, 1.0 + terms.clip))
                          .mean();
  const at::Tensor value_loss = (value - batch.column(samples.value_target)).square().mean();
  const at::Tensor entropy = actions.entropy.mean();
  const at::Tensor total =
      policy + terms.value_weight * value_loss - terms.entropy_weight * entropy;
  total.backward();

  const at::Tensor slopes = leaf.grad().cpu();
  std::copy_n(slopes.const_data_ptr<float>(), net_.size(), gradient);
  const auto number = [](const at::Tensor& t) { return static_cast<double>(t.item<float>()); };
  return {number(total),
          number(policy),
          number(value_loss),
          number(entropy),
          number((ratio - 1.0 - log_ratio).mean()),
          number(((ratio - 1.0).abs() > terms.clip).to(at::kFloat).mean())};
}

}  // namespace aicmp
