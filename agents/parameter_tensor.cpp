#include "agents/parameter_tensor.hpp"

#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace aicmp {
namespace {

struct FusedFunction : torch::autograd::Function<FusedFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& parameters,
                            const ParameterTensor::FusedLoss* loss) {
    at::Tensor gradient = at::zeros_like(parameters);
    const double value = (*loss)(gradient.mutable_data_ptr<float>());
    context->save_for_backward({gradient});
    return at::scalar_tensor(value, at::kDouble);
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               const torch::autograd::tensor_list& outer) {
    return {context->get_saved_variables()[0].mul_(outer[0]), at::Tensor()};
  }
};

}  // namespace

struct ParameterTensor::Impl {
  at::Tensor values;
};

ParameterTensor::ParameterTensor(std::size_t size) : impl_(std::make_unique<Impl>()), size_(size) {
  impl_->values = at::zeros({static_cast<std::int64_t>(size)}, at::kFloat);
  impl_->values.set_requires_grad(true);
  values_ = impl_->values.mutable_data_ptr<float>();
}

ParameterTensor::~ParameterTensor() = default;

float* ParameterTensor::gradient() {
  at::Tensor& gradient = impl_->values.mutable_grad();
  return gradient.defined() ? gradient.mutable_data_ptr<float>() : nullptr;
}

float* ParameterTensor::zero_gradient() {
  at::Tensor& gradient = impl_->values.mutable_grad();
  if (gradient.defined()) {
    gradient.zero_();
  } else {
    gradient = at::zeros_like(impl_->values.detach());
  }
  return gradient.mutable_data_ptr<float>();
}

double ParameterTensor::backward(const FusedLoss& loss) {
  impl_->values.mutable_grad() = at::Tensor();
  const at::Tensor value = FusedFunction::apply(impl_->values, &loss);
  value.backward();
  return value.item<double>();
}

}  // namespace aicmp
