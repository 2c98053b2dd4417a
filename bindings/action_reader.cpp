#include "bindings/action_reader.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace py = pybind11;

namespace aicmp {

namespace {

std::string shape_text(std::span<const py::ssize_t> shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

void check_shape(const py::array& actions, std::span<const py::ssize_t> wanted) {
  const std::span shape(actions.shape(), static_cast<std::size_t>(actions.ndim()));
  if (!std::equal(shape.begin(), shape.end(), wanted.begin(), wanted.end())) {
    throw py::value_error(fmt::format("actions have shape {}, but must have shape {}",
                                      shape_text(shape), shape_text(wanted)));
  }
}

py::array as_array(const py::handle& actions, const char* otherwise) {
  if (py::isinstance<py::array>(actions)) return py::reinterpret_borrow<py::array>(actions);
  const py::array array = py::array::ensure(actions);
  if (!array) throw py::type_error(otherwise);
  return array;
}

template <typename T>
void copy_values(const py::array& actions, std::vector<T>& values) {
  using Array = py::array_t<T, py::array::c_style | py::array::forcecast>;
  if (py::isinstance<Array>(actions)) {
    std::memcpy(values.data(), actions.data(), values.size() * sizeof(T));
    return;
  }
  const Array converted = Array::ensure(actions);
  if (!converted) throw py::error_already_set();
  std::memcpy(values.data(), converted.data(), values.size() * sizeof(T));
}

}  // namespace

ActionReader::ActionReader(const EnvSpec& spec, std::size_t size) : spec_(spec), size_(size) {
  if (spec.action.continuous()) {
    numbers_.resize(size * spec.action.width());
  } else {
    choices_.resize(size * spec.action.width());
  }
}

Actions ActionReader::read(const py::handle& actions) {
  const py::array array = as_array(actions, "actions are not an array");
  const py::ssize_t shape[] = {static_cast<py::ssize_t>(size_),
                               static_cast<py::ssize_t>(spec_.action.width())};
  copy(array, std::span(shape).first(one_choice() ? 1 : 2));
  return this->actions();
}

Actions ActionReader::read_single(const py::handle& action) {
  if (one_choice()) {
    choices_[0] = PyNumber_AsSsize_t(action.ptr(), PyExc_OverflowError);
    if (PyErr_Occurred() != nullptr) throw py::error_already_set();
    return actions();
  }
  const py::array array = as_array(action, "the action is not an array");
  const py::ssize_t shape[] = {static_cast<py::ssize_t>(spec_.action.width())};
  copy(array, shape);
  return actions();
}

void ActionReader::copy(const py::array& actions, std::span<const py::ssize_t> shape) {
  const bool continuous = spec_.action.continuous();
  const char kind = actions.dtype().kind();
  if (kind != 'i' && kind != 'u' && !(continuous && kind == 'f')) {
    throw py::type_error(fmt::format("actions of {} are {}, not {}", spec_.id,
                                     continuous ? "numbers" : "integers",
                                     py::str(actions.dtype()).cast<std::string>()));
  }
  check_shape(actions, shape);
  if (continuous) {
    copy_values(actions, numbers_);
  } else {
    copy_values(actions, choices_);
  }
}

Actions ActionReader::actions() const {
  return {choices_.empty() ? nullptr : choices_.data(),
          numbers_.empty() ? nullptr : numbers_.data()};
}

void ActionReader::replace_impossible(const std::int8_t* mask, const Environment& running,
                                      bool* replaced) {
  std::int64_t* choice = choices_.data();
  for (std::size_t i = 0; i < size_; ++i) {
    replaced[i] = false;
    for (const ChoiceSet& set : spec_.action.sets) {
      const std::size_t count = set.choices.size();
      if (*choice >= 0 && *choice < static_cast<std::int64_t>(count) && mask[*choice] == 0 &&
          running.running(i)) {
        *choice = std::find(mask, mask + count, 1) - mask;
        replaced[i] = true;
      }
      mask += count;
      ++choice;
    }
  }
}

std::string ActionReader::text(std::size_t i) const {
  const std::size_t width = spec_.action.width();
  if (one_choice()) return fmt::format("{}", choices_[i]);
  if (spec_.action.continuous()) {
    return fmt::format("[{}]", fmt::join(std::span(&numbers_[i * width], width), ", "));
  }
  return fmt::format("[{}]", fmt::join(std::span(&choices_[i * width], width), ", "));
}

}  // namespace aicmp
