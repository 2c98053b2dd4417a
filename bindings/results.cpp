#include "bindings/results.hpp"

#include <algorithm>

namespace py = pybind11;

namespace aicmp {

Results::Made::Made(const py::array& made)
    : array(made),
      shape(made.shape(), made.shape() + made.ndim()),
      dtype(made.dtype()),
      flags(made.flags()) {}

bool Results::Made::unchanged() const {
  return Py_REFCNT(array.ptr()) == references && array.flags() == flags &&
         array.dtype().is(dtype) &&
         std::equal(shape.begin(), shape.end(), array.shape(), array.shape() + array.ndim());
}

Results::Results(const EnvSpec& spec, std::size_t size, const std::vector<py::str>& names,
                 bool replaceable)
    : observation_({size, spec.observation.size()}),
      reward_(std::vector{size}),
      terminated_(std::vector{size}),
      truncated_(std::vector{size}),
      numbers_({names.size(), size}),
      mask_({size, spec.action.masked ? spec.action.choices() : 0}),
      replaced_(std::vector{replaceable ? size : 0}) {
  for (std::size_t k = 0; k < names.size(); ++k) info_[names[k]] = numbers_[py::int_(k)];
  if (spec.action.masked) info_["action_mask"] = mask_;
  if (replaceable) info_["replaced"] = replaced_;
  made_.reserve(names.size() + 7);
  for (const auto& [name, array] : info_) made_.emplace_back(py::cast<py::array>(array));
  for (const py::array& array :
       {py::array(observation_), py::array(reward_), py::array(terminated_), py::array(truncated_),
        py::array(numbers_)}) {
    made_.emplace_back(array);
  }
  for (Made& made : made_) made.references = Py_REFCNT(made.array.ptr());
}

bool Results::unseen() const {
  return std::all_of(made_.begin(), made_.end(), [](const Made& made) { return made.unchanged(); });
}

void Results::receive(StepBuffers& buffers) {
  buffers.observation = observation_.mutable_data();
  buffers.reward = reward_.mutable_data();
  buffers.terminated = terminated_.mutable_data();
  buffers.truncated = truncated_.mutable_data();
  buffers.info = numbers_.mutable_data();
}

void Results::copy(const std::int8_t* mask, const bool* replaced) {
  std::copy_n(mask, mask_.size(), mask_.mutable_data());
  std::copy_n(replaced, replaced_.size(), replaced_.mutable_data());
}

py::dict Results::info() const {
  PyObject* copied = PyDict_Copy(info_.ptr());
  if (copied == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::dict>(copied);
}

}  // namespace aicmp
