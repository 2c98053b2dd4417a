#include "bindings/batch.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/native_enum.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include "bindings/errors.hpp"
#include "envs/registry.hpp"
#include "sim/base/sha256.hpp"

namespace py = pybind11;

namespace aicmp {

namespace {

template <typename T>
py::array_t<T> zeros(std::vector<std::size_t> shape) {
  py::array_t<T> array(shape);
  std::memset(array.mutable_data(), 0, static_cast<std::size_t>(array.nbytes()));
  return array;
}

/// Row `i` of an array, as a view.
py::array row(const py::array& array, std::size_t i) {
  PyObject* view = PySequence_GetItem(array.ptr(), static_cast<py::ssize_t>(i));
  if (view == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::array>(view);
}

py::array copy_of(const py::array& array) {
  const std::span shape(array.shape(), static_cast<std::size_t>(array.ndim()));
  py::array copy(array.dtype(), shape);
  std::memcpy(copy.mutable_data(), array.data(), static_cast<std::size_t>(array.nbytes()));
  return copy;
}

template <typename T>
py::array_t<T> copied(const T* values, std::size_t count) {
  py::array_t<T> copy(static_cast<py::ssize_t>(count));
  std::copy_n(values, count, copy.mutable_data());
  return copy;
}

void check_options(std::int64_t size, std::int64_t threads, std::int64_t max_steps) {
  constexpr std::int64_t kMostRows = std::int64_t{1} << 24;
  if (size < 1 || size > kMostRows) {
    throw py::value_error(fmt::format("size is {} (allowed: 1 to {})", size, kMostRows));
  }
  if (threads < 1 || threads > 1024) {
    throw py::value_error(fmt::format("threads is {} (allowed: 1 to 1024)", threads));
  }
  if (max_steps < 0) {
    throw py::value_error(fmt::format("max_steps is {} (allowed: 0 or more)", max_steps));
  }
}

}  // namespace

/// One call at a time: the lock of the interpreter is released on the way.
class PyBatch::Use {
 public:
  explicit Use(const PyBatch& batch) : batch_(batch) {
    if (batch.in_use_) {
      throw std::runtime_error("the environment is in use by another thread: step it in one");
    }
    batch.in_use_ = true;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() { batch_.in_use_ = false; }

 private:
  const PyBatch& batch_;
};

PyBatch::PyBatch(std::unique_ptr<Environment> environment, std::string identity,
                 Autoreset autoreset, bool copy, bool replace_impossible)
    : environment_(std::move(environment)),
      identity_(std::move(identity)),
      autoreset_(autoreset),
      replace_impossible_(replace_impossible && spec().action.masked),
      reader_(spec(), size()) {
  const std::size_t n = size();
  const std::size_t choices = spec().action.masked ? spec().action.choices() : 0;
  for (const std::string& name : spec().info_numbers()) info_names_.emplace_back(name);
  while (results_.size() < (copy ? 2 : 1)) results_.push_back(new_results());
  replaced_ = std::make_unique<bool[]>(n);
  mask_.resize(n * choices);
  final_observation_ = zeros<float>({n, spec().observation.size()});
  final_info_ = zeros<double>({spec().info_width(), n});
  final_mask_ = zeros<std::int8_t>({n, choices});
  buffers_.mask = mask_.data();
  buffers_.final_observation = final_observation_.mutable_data();
  buffers_.final_info = final_info_.mutable_data();
  buffers_.final_mask = final_mask_.mutable_data();
  results_[present_].receive(buffers_);
}

py::tuple PyBatch::reset(const std::vector<std::optional<std::uint64_t>>& seeds,
                         const std::optional<py::array_t<bool>>& rows) {
  const Use use(*this);
  std::vector<std::uint8_t> chosen;
  if (rows) chosen.assign(rows->data(), rows->data() + rows->size());
  if (seeds.size() != size() || (rows && chosen.size() != size())) {
    throw py::value_error(
        fmt::format("there are {} environments, seeds and rows are as many", size()));
  }
  for (std::size_t i = 0; i < size(); ++i) {
    if (seeds[i] && (chosen.empty() || chosen[i] != 0)) environment_->seed(i, *seeds[i]);
  }
  next_results();
  if (!chosen.empty()) show_present();
  do_reset(chosen);
  return py::make_tuple(results().observation(), info());
}

py::tuple PyBatch::step(const py::object& actions) {
  const Use use(*this);
  const Actions read = reader_.read(actions);
  next_results();
  do_step(read);
  py::dict info = this->info();
  if (autoreset_ == Autoreset::kSameStep) add_final(info);
  const Results& now = results();
  return py::make_tuple(now.observation(), now.reward(), now.terminated(), now.truncated(), info);
}

py::tuple PyBatch::reset_single(std::optional<std::uint64_t> seed) {
  const Use use(*this);
  if (seed) environment_->seed(0, *seed);
  do_reset({});
  return py::make_tuple(observation_single(), info_single());
}

py::tuple PyBatch::step_single(const py::object& action) {
  const Use use(*this);
  do_step(reader_.read_single(action));
  return py::make_tuple(observation_single(), *buffers_.reward, *buffers_.terminated,
                        *buffers_.truncated, info_single());
}

Results PyBatch::new_results() const {
  return Results(spec(), size(), info_names_, replace_impossible_);
}

/// Memory for results, which a step or a whole reset fills.
void PyBatch::next_results() {
  if (results_.size() == 1) return;
  present_ = 1 - present_;
  Results& next = results_[present_];
  if (!next.unseen()) next = new_results();
  next.receive(buffers_);
}

/// Results of no step: present observations, and zero for what only steps have.
void PyBatch::show_present() {
  std::fill_n(buffers_.observation, size() * spec().observation.size(), 0.0F);
  std::fill_n(buffers_.info, size() * spec().info_width(), 0.0);
  environment_->observe_into(buffers_);
}

void PyBatch::do_reset(std::span<const std::uint8_t> rows) {
  const py::gil_scoped_release release;
  environment_->reset_into(rows, buffers_);
  for (std::size_t i = 0; i < size(); ++i) {
    if (rows.empty() || rows[i] != 0) replaced_[i] = false;
  }
}

void PyBatch::do_step(const Actions& actions) {
  std::optional<std::size_t> refused;
  {
    const py::gil_scoped_release release;
    if (replace_impossible_) {
      reader_.replace_impossible(buffers_.mask, *environment_, replaced_.get());
    }
    refused = environment_->refused(actions);
    if (!refused) environment_->step_into(actions, buffers_);
  }
  if (refused) refuse(*refused);
}

void PyBatch::refuse(std::size_t i) const {
  const std::string who =
      size() == 1 ? std::string("the environment") : fmt::format("environment {}", i);
  if (!environment_->running(i)) {
    throw_gymnasium_error("ResetNeeded",
                          fmt::format("{} has no running episode: call reset() first", who));
  }
  throw py::value_error(fmt::format("{} cannot take action {} (allowed: {})", who, reader_.text(i),
                                    possible_text(i)));
}

std::string PyBatch::possible_text(std::size_t i) const {
  const ActionSpec& action = spec().action;
  std::vector<std::string> parts;
  const std::int8_t* mask = buffers_.mask + (action.masked ? i * action.choices() : 0);
  for (const ChoiceSet& set : action.sets) {
    std::vector<std::string> choices;
    for (std::size_t c = 0; c < set.choices.size(); ++c) {
      if (!action.masked || mask[c] != 0)
        choices.push_back(fmt::format("{} {}", c, set.choices[c]));
    }
    if (action.masked) mask += set.choices.size();
    parts.push_back(fmt::format("{}: {}", set.name, fmt::join(choices, ", ")));
  }
  for (const Field& number : action.numbers) {
    parts.push_back(fmt::format("{} in [{}, {}]", number.name, number.low, number.high));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

py::array PyBatch::act(const std::string& policy,
                       const std::map<std::string, double>& parameters) const {
  const Use use(*this);
  const auto& policies = spec().policies;
  const auto found = std::find_if(policies.begin(), policies.end(),
                                  [&](const PolicySpec& p) { return p.name == policy; });
  if (found == policies.end()) {
    std::vector<std::string> names;
    for (const PolicySpec& p : policies) names.push_back(p.name);
    throw py::value_error(fmt::format("{} has no policy \"{}\" (allowed: {})", spec().id, policy,
                                      fmt::join(names, ", ")));
  }
  std::vector<double> values = found->defaults;
  for (const auto& [name, value] : parameters) {
    std::size_t k = 0;
    while (k < values.size() && found->parameters[k].name != name) ++k;
    if (k == values.size()) {
      throw py::type_error(fmt::format("policy {} has no parameter \"{}\"", policy, name));
    }
    const Field& field = found->parameters[k];
    if (!(value >= field.low && value <= field.high)) {
      throw py::value_error(fmt::format("{} of policy {} is {} (allowed: [{}, {}])", name, policy,
                                        value, field.low, field.high));
    }
    values[k] = value;
  }
  for (std::size_t i = 0; i < size(); ++i) {
    if (!environment_->running(i) && autoreset_ != Autoreset::kNextStep) refuse(i);
  }
  const auto index = static_cast<std::size_t>(found - policies.begin());
  const std::size_t width = spec().action.width();
  if (spec().action.continuous()) {
    auto numbers = zeros<float>({size(), width});
    environment_->act(index, values, nullptr, numbers.mutable_data());
    return numbers;
  }
  auto choices = width == 1 ? zeros<std::int64_t>({size()}) : zeros<std::int64_t>({size(), width});
  environment_->act(index, values, choices.mutable_data(), nullptr);
  return choices;
}

py::array_t<bool> PyBatch::action_masks() const {
  const Use use(*this);
  py::array_t<bool> masks({size(), spec().action.choices()});
  if (spec().action.masked) {
    std::copy(mask_.begin(), mask_.end(), masks.mutable_data());
  } else {
    std::fill_n(masks.mutable_data(), masks.size(), true);
  }
  return masks;
}

std::vector<py::bytes> PyBatch::save() const {
  const Use use(*this);
  std::vector<py::bytes> states;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::string row = environment_->save(i);
    states.emplace_back(checksum(row) + row);
  }
  return states;
}

py::array_t<float> PyBatch::restore(const std::vector<py::bytes>& states) {
  const Use use(*this);
  if (states.size() != size()) {
    throw py::value_error(
        fmt::format("there are {} states for {} environments", states.size(), size()));
  }
  std::vector<std::string> rows;
  for (const std::string state : states) {
    rows.push_back(state.substr(std::min(state.size(), kChecksumBytes)));
    if (state != checksum(rows.back()) + rows.back()) {
      throw py::value_error(fmt::format("this is not a state of {} with these options", spec().id));
    }
  }
  for (std::size_t i = 0; i < size(); ++i) environment_->restore(i, rows[i]);
  next_results();
  show_present();
  return results().observation();
}

std::string PyBatch::checksum(const std::string& row) const {
  return sha256_hex(identity_ + row).substr(0, kChecksumBytes);
}

py::dict PyBatch::info() {
  Results& now = results_[present_];
  now.copy(mask_.data(), replaced_.get());
  return now.info();
}

py::array_t<float> PyBatch::observation_single() const {
  return copied(buffers_.observation, spec().observation.size());
}

py::dict PyBatch::info_single() const {
  py::dict info;
  for (std::size_t k = 0; k < info_names_.size(); ++k) info[info_names_[k]] = buffers_.info[k];
  if (spec().action.masked) info["action_mask"] = copied(mask_.data(), mask_.size());
  if (replace_impossible_) info["replaced"] = replaced_[0];
  return info;
}

void PyBatch::add_final(py::dict& info) const {
  const std::size_t n = size();
  py::array_t<bool> ended(static_cast<py::ssize_t>(n));
  bool any = false;
  for (std::size_t i = 0; i < n; ++i) {
    ended.mutable_data()[i] = buffers_.terminated[i] || buffers_.truncated[i];
    any = any || ended.data()[i];
  }
  if (!any) return;
  py::array observations(py::dtype("O"), std::vector{n});
  auto** objects = static_cast<PyObject**>(observations.mutable_data());
  for (std::size_t i = 0; i < n; ++i) {
    const py::object value =
        ended.data()[i] ? py::object(copy_of(row(final_observation_, i))) : py::none();
    Py_XSETREF(objects[i], value.inc_ref().ptr());
  }
  py::dict last;
  const py::array numbers = copy_of(final_info_);
  for (std::size_t k = 0; k < info_names_.size(); ++k) last[info_names_[k]] = row(numbers, k);
  if (spec().action.masked) last["action_mask"] = copy_of(final_mask_);
  if (replace_impossible_) last["replaced"] = copied(replaced_.get(), n);
  info["final_obs"] = observations;
  info["_final_obs"] = ended;
  info["final_info"] = last;
  info["_final_info"] = ended;
}

void bind_batch(py::module_& module) {
  py::native_enum<Autoreset>(module, "Autoreset", "enum.Enum",
                             "What happens to an episode that has ended (Gymnasium's modes).")
      .value("NEXT_STEP", Autoreset::kNextStep)
      .value("SAME_STEP", Autoreset::kSameStep)
      .value("DISABLED", Autoreset::kDisabled)
      .finalize();

  using Info = py::typing::Dict<py::str, py::object>;
  using Floats = py::array_t<float>;
  using Doubles = py::array_t<double>;
  using Flags = py::array_t<bool>;
  using Reset = py::typing::Tuple<Floats, Info>;
  using Step = py::typing::Tuple<Floats, Doubles, Flags, Flags, Info>;
  using StepSingle = py::typing::Tuple<Floats, double, bool, bool, Info>;
  using Seeds = std::vector<std::optional<std::uint64_t>>;

  py::class_<PyBatch>(module, "Batch", "A batch of equal, independent decision problems.")
      .def(
          py::init([](const std::string& id, std::int64_t size, std::int64_t threads,
                      Autoreset autoreset, std::uint32_t split, bool oracle, std::int64_t max_steps,
                      const std::string& file, const std::vector<std::string>& overrides, bool copy,
                      bool replace_impossible) {
            check_options(size, threads, max_steps);
            return std::make_unique<PyBatch>(
                make_environment(id,
                                 {static_cast<std::size_t>(size), static_cast<int>(threads),
                                  autoreset, split, oracle, max_steps},
                                 file, overrides),
                fmt::format("{}|{}|{}|{}", id, split, file, fmt::join(overrides, "|")), autoreset,
                copy, replace_impossible);
          }),
          py::arg("id"), py::kw_only(), py::arg("size") = 1, py::arg("threads") = 1,
          py::arg("autoreset"), py::arg("split") = 0, py::arg("oracle") = false,
          py::arg("max_steps") = 0, py::arg("file") = "",
          py::arg("overrides") = std::vector<std::string>(), py::arg("copy") = true,
          py::arg("replace_impossible") = true)
      .def_property_readonly("spec", &PyBatch::spec, py::return_value_policy::copy)
      .def_property_readonly("size", &PyBatch::size)
      .def(
          "reset",
          [](PyBatch& self, const Seeds& seeds, const std::optional<Flags>& rows) -> Reset {
            return self.reset(seeds, rows);
          },
          py::arg("seeds"), py::arg("rows") = py::none(), "(observation, info)")
      .def(
          "step",
          [](PyBatch& self, const py::object& actions) -> Step { return self.step(actions); },
          py::arg("actions"), "(observation, reward, terminated, truncated, info)")
      .def(
          "reset_single",
          [](PyBatch& self, std::optional<std::uint64_t> seed) -> Reset {
            return self.reset_single(seed);
          },
          py::arg("seed"), "reset() of a batch of one, without the batch's dimension.")
      .def(
          "step_single",
          [](PyBatch& self, const py::object& action) -> StepSingle {
            return self.step_single(action);
          },
          py::arg("action"), "step() of a batch of one, without the batch's dimension.")
      .def("act", &PyBatch::act, py::arg("policy"), py::arg("parameters"),
           "What a named policy does now, for every row.")
      .def("optimum", &PyBatch::optimum)
      .def("action_masks", &PyBatch::action_masks, "Which choices are possible now.")
      .def("save", &PyBatch::save, "Everything about the episode of every row.")
      .def("restore", &PyBatch::restore, py::arg("states"),
           "Goes back to what save() gave, and returns the observation.");
}

}  // namespace aicmp
