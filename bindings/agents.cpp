#include <optional>

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include "agents/make_learner.hpp"
#include "agents/trained_policy.hpp"
#include "sim/base/error.hpp"
#include "sim/policy/inference.hpp"

namespace py = pybind11;

namespace aicmp {
namespace {

using Observations = py::array_t<float, py::array::c_style | py::array::forcecast>;
using Masks = py::array_t<std::int8_t, py::array::c_style | py::array::forcecast>;
using States = py::array_t<float, py::array::c_style>;
using Callback = std::function<bool(std::int64_t, const Metrics&)>;

/// A learner of one problem, from Python.
class Trainer {
 public:
  Trainer(std::string problem, std::vector<std::string> overrides)
      : problem_(std::move(problem)), overrides_(std::move(overrides)) {
    static_cast<void>(TrainingScenario(problem_, overrides_));
  }

  /// Trains for `steps` more. The callback, if any, may end it by returning false.
  void learn(std::int64_t steps, const std::optional<Callback>& on_progress) {
    const std::int64_t total = (learner_ ? learner_->steps() : 0) + steps;
    std::vector<std::string> overrides = overrides_;
    overrides.push_back("train.steps=" + std::to_string(total));
    std::unique_ptr<Learner> next = make_learner(TrainingScenario(problem_, overrides));
    if (learner_) {
      Archive archive;
      learner_->save(archive);
      next->load(archive);
    }
    learner_ = std::move(next);
    while (learner_->steps() < total) {
      {
        const py::gil_scoped_release release;
        learner_->iterate();
      }
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (on_progress && !(*on_progress)(learner_->steps(), learner_->metrics())) break;
    }
    inference_.emplace(learner_->policy());
  }

  std::int64_t steps() const { return learner_ ? learner_->steps() : 0; }
  std::map<std::string, double> metrics() const {
    const Metrics metrics = learner().metrics();
    return {metrics.begin(), metrics.end()};
  }

  std::size_t state_width() const {
    static_cast<void>(learner());
    return inference_->state_width();
  }

  py::array predict(const Observations& observation, const std::optional<Masks>& mask,
                    std::optional<States> state) const {
    static_cast<void>(learner());
    const auto features = static_cast<py::ssize_t>(inference_->features());
    const auto outputs = static_cast<py::ssize_t>(inference_->outputs());
    if (observation.ndim() != 2 || observation.shape(1) != features) {
      throw py::value_error("observations are [rows][" + std::to_string(features) + "]");
    }
    if (mask && (mask->ndim() != 2 || mask->shape(0) != observation.shape(0) ||
                 mask->shape(1) != outputs)) {
      throw py::value_error("masks are [rows][" + std::to_string(outputs) + "]");
    }
    const auto rows = static_cast<std::size_t>(observation.shape(0));
    if (mask && !inference_->possible(rows, mask->data())) {
      throw py::value_error("a mask leaves no choice");
    }
    const auto width = static_cast<py::ssize_t>(state_width());
    if (state && (state->ndim() != 2 || state->shape(0) != observation.shape(0) ||
                  state->shape(1) != width)) {
      throw py::value_error("states are [rows][" + std::to_string(width) + "]");
    }
    std::vector<float> first_state(state ? 0 : rows * inference_->state_width());
    std::vector<float> values(rows * inference_->outputs());
    PolicyInference::Workspace space;
    static_cast<void>(inference_->run(rows, observation.data(),
                                      state ? state->mutable_data() : first_state.data(),
                                      values.data(), space));
    const PolicyModel model = learner_->policy();
    const auto columns =
        static_cast<py::ssize_t>(model.numbers.empty() ? model.sets.size() : model.numbers.size());
    const std::int8_t* allowed = mask ? mask->data() : nullptr;
    if (model.numbers.empty()) {
      py::array_t<std::int64_t> choices({observation.shape(0), columns});
      inference_->decide(rows, values.data(), allowed, {choices.mutable_data(), nullptr});
      return choices;
    }
    py::array_t<float> numbers({observation.shape(0), columns});
    inference_->decide(rows, values.data(), allowed, {nullptr, numbers.mutable_data()});
    return numbers;
  }

  void save(const std::string& path) const {
    Archive archive;
    learner().save(archive);
    put_policy(archive, learner().policy());
    archive.write(path);
  }
  void load(const std::string& path) {
    learner_ = make_learner(TrainingScenario(problem_, overrides_));
    learner_->load(Archive(path));
    inference_.emplace(learner_->policy());
  }

 private:
  const Learner& learner() const {
    if (!learner_) throw std::runtime_error("nothing has been learned yet: call learn() first");
    return *learner_;
  }

  std::string problem_;
  std::vector<std::string> overrides_;
  std::unique_ptr<Learner> learner_;
  std::optional<PolicyInference> inference_;
};

}  // namespace
}  // namespace aicmp

PYBIND11_MODULE(_agents, module) {
  using aicmp::Trainer;
  module.doc() = "The learners of aicmp, on libtorch.";
  // ConfigError and IoError are those of _core, whose translators are registered for all modules.
  py::module_::import("aicmp_env._core");
  py::class_<Trainer>(module, "Trainer", "A learner of one problem.")
      .def(py::init<std::string, std::vector<std::string>>(), py::arg("problem"),
           py::arg("overrides"))
      .def("learn", &Trainer::learn, py::arg("steps"), py::arg("on_progress") = py::none(),
           "Train for `steps` more steps; `on_progress(steps, metrics)` may end it with False.")
      .def_property_readonly("steps", &Trainer::steps, "Steps of all worlds so far.")
      .def("metrics", &Trainer::metrics, "Of the last iteration, under CleanRL's names.")
      .def_property_readonly("state_width", &Trainer::state_width,
                             "Numbers that a recurrent policy remembers of each world.")
      .def(
          "predict", &Trainer::predict, py::arg("observation"), py::arg("mask") = py::none(),
          py::arg("state").noconvert() = py::none(),
          "The most probable actions for observations [rows][features]; `state` goes on by a step.")
      .def("save", &Trainer::save, py::arg("path"), "Write a checkpoint.")
      .def("load", &Trainer::load, py::arg("path"), "Go on from a checkpoint.");
}
