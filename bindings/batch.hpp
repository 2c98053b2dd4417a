#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include "bindings/action_reader.hpp"
#include "bindings/results.hpp"
#include "envs/environment.hpp"

namespace aicmp {

/// An Environment with arrays and dictionaries in place of memory, and exceptions in place of
/// preconditions. One thread at a time; the interpreter's lock is released while rows step.
class PyBatch {
 public:
  /// `copy`: results stay as they are while somebody holds them; otherwise they are the same arrays
  /// every time, overwritten by the next call. `replace_impossible`: masked choices are replaced by
  /// the first possible one, not refused. `identity`: what a saved state must have been saved from.
  PyBatch(std::unique_ptr<Environment> environment, std::string identity, Autoreset autoreset,
          bool copy, bool replace_impossible);
  PyBatch(const PyBatch&) = delete;
  PyBatch& operator=(const PyBatch&) = delete;

  const EnvSpec& spec() const { return environment_->spec(); }
  std::size_t size() const { return environment_->size(); }

  /// (observation, info). Rows with a seed start its episode 0, others their next one. `rows` says
  /// which to reset; nothing: all.
  pybind11::tuple reset(const std::vector<std::optional<std::uint64_t>>& seeds,
                        const std::optional<pybind11::array_t<bool>>& rows);
  /// (observation, reward, terminated, truncated, info).
  pybind11::tuple step(const pybind11::object& actions);

  /// The same for a batch of one, without the batch's dimension.
  pybind11::tuple reset_single(std::optional<std::uint64_t> seed);
  pybind11::tuple step_single(const pybind11::object& action);

  pybind11::array act(const std::string& policy,
                      const std::map<std::string, double>& parameters) const;
  std::optional<Optimum> optimum() const { return environment_->optimum(); }
  pybind11::array_t<bool> action_masks() const;
  std::vector<pybind11::bytes> save() const;
  /// Goes back to what save() gave, or changes nothing and throws; returns the observation.
  pybind11::array_t<float> restore(const std::vector<pybind11::bytes>& states);

 private:
  class Use;
  static constexpr std::size_t kChecksumBytes = 16;

  Results new_results() const;
  void next_results();
  const Results& results() const { return results_[present_]; }
  void show_present();
  void do_step(const Actions& actions);
  void do_reset(std::span<const std::uint8_t> rows);
  [[noreturn]] void refuse(std::size_t i) const;
  std::string possible_text(std::size_t i) const;
  std::string checksum(const std::string& row) const;

  pybind11::dict info();
  pybind11::array_t<float> observation_single() const;
  pybind11::dict info_single() const;
  void add_final(pybind11::dict& info) const;

  std::unique_ptr<Environment> environment_;
  std::string identity_;
  Autoreset autoreset_;
  bool replace_impossible_;
  ActionReader reader_;
  std::vector<pybind11::str> info_names_;
  /// The present one, and one that the caller still holds while the next is made.
  std::vector<Results> results_;
  std::size_t present_ = 0;
  std::unique_ptr<bool[]> replaced_;
  std::vector<std::int8_t> mask_;
  pybind11::array_t<float> final_observation_;
  pybind11::array_t<double> final_info_;
  pybind11::array_t<std::int8_t> final_mask_;
  StepBuffers buffers_;
  mutable bool in_use_ = false;
};

/// Makes the class Batch of the module.
void bind_batch(pybind11::module_& module);

}  // namespace aicmp
