#include "bindings/spec.hpp"

#include <fmt/format.h>
#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include "envs/registry.hpp"

namespace py = pybind11;

namespace aicmp {

namespace {

void bind_option(py::module_& module) {
  py::class_<Option>(module, "Option", "An option of a decision problem.")
      .def_readonly("key", &Option::key)
      .def_readonly("unit", &Option::unit)
      .def_readonly("help", &Option::help)
      .def_property_readonly("allowed", &allowed_text, "The values it takes, in words.")
      .def("__repr__", [](const Option& self) {
        return fmt::format("<Option {}: {}>", self.key, allowed_text(self));
      });
}

void bind_fields(py::module_& module) {
  py::class_<Field>(module, "Field", "A named number with its meaning.")
      .def_readonly("name", &Field::name)
      .def_readonly("unit", &Field::unit, "Of the number as it stands, its scale included.")
      .def_readonly("low", &Field::low)
      .def_readonly("high", &Field::high)
      .def_readonly("help", &Field::help)
      .def("__repr__", [](const Field& self) {
        return fmt::format("<Field {} in [{}, {}] {}>", self.name, self.low, self.high, self.unit);
      });

  py::class_<ChoiceSet>(module, "ChoiceSet", "Named choices, of which one is taken.")
      .def_readonly("name", &ChoiceSet::name)
      .def_readonly("choices", &ChoiceSet::choices, "The meaning of 0, 1, ...")
      .def("__repr__", [](const ChoiceSet& self) {
        return fmt::format("<ChoiceSet {} of {}>", self.name, self.choices.size());
      });

  py::class_<ActionSpec>(module, "ActionSpec",
                         "What an agent may do: one choice of each set, or numbers.")
      .def_readonly("sets", &ActionSpec::sets, "One: discrete; several: multi-discrete.")
      .def_readonly("numbers", &ActionSpec::numbers, "Continuous: one field per number.")
      .def_readonly("masked", &ActionSpec::masked, "Some choices are impossible in some states.")
      .def_readonly("help", &ActionSpec::help);

  py::class_<PolicySpec>(module, "PolicySpec", "A named heuristic or solver of a problem.")
      .def_readonly("name", &PolicySpec::name)
      .def_readonly("help", &PolicySpec::help)
      .def_readonly("parameters", &PolicySpec::parameters)
      .def_readonly("defaults", &PolicySpec::defaults, "Values of the parameters, in their order.")
      .def_readonly("oracle", &PolicySpec::oracle, "It uses what no agent can know.")
      .def("__repr__",
           [](const PolicySpec& self) { return fmt::format("<PolicySpec {}>", self.name); });
}

}  // namespace

void bind_spec(py::module_& module) {
  bind_option(module);
  bind_fields(module);

  py::native_enum<Score>(module, "Score", "enum.Enum", "How policies of a problem are compared.")
      .value("RATE", Score::kRate, "Sum of rewards over sum of dt.")
      .value("TOTAL", Score::kTotal, "Sum of rewards of an episode.")
      .value("DISCOUNTED", Score::kDiscounted, "The same, discounted per unit of dt.")
      .finalize();

  py::class_<EnvSpec>(module, "ProblemSpec", "A decision problem, complete.")
      .def_readonly("id", &EnvSpec::id)
      .def_readonly("question", &EnvSpec::question, "What is decided.")
      .def_readonly("step", &EnvSpec::step, "How long a step is, in words.")
      .def_readonly("reward", &EnvSpec::reward, "The measure and its unit.")
      .def_readonly("observation", &EnvSpec::observation)
      .def_readonly("oracle", &EnvSpec::oracle, "What `oracle=True` appends to observations.")
      .def_readonly("action", &EnvSpec::action)
      .def_readonly("parts", &EnvSpec::parts, "Of the reward; their sum, in order, is the reward.")
      .def_readonly("measures", &EnvSpec::measures, "Further numbers of a transition.")
      .def_readonly("policies", &EnvSpec::policies)
      .def_readonly("baseline", &EnvSpec::baseline, "The best policy that nobody tuned.")
      .def_readonly("score", &EnvSpec::score)
      .def_readonly("discount", &EnvSpec::discount, "Of a reward one unit of dt away.")
      .def_readonly("max_steps", &EnvSpec::max_steps, "An episode is truncated after so many.")
      .def("__repr__",
           [](const EnvSpec& self) { return fmt::format("<ProblemSpec {}>", self.id); });

  py::class_<Optimum>(module, "Optimum", "The best that any policy can reach, or a bound on it.")
      .def_readonly("value", &Optimum::value, "In the measure of ProblemSpec.score.")
      .def_readonly("method", &Optimum::method, "How it was found, and for which start.")
      .def_readonly("attainable", &Optimum::attainable,
                    "False for an upper bound that needs knowledge of the future.")
      .def("__repr__", [](const Optimum& self) {
        return fmt::format("<Optimum {}: {}>", self.value, self.method);
      });

  module.def("problem_ids", &environment_ids, "Ids of all decision problems.");
  module.def("problem_options", &environment_options, py::arg("id"), "The options of a problem.");
}

}  // namespace aicmp
