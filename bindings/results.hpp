#pragma once

#include <cstdint>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include "envs/environment.hpp"

namespace aicmp {

/// The arrays of one result: a batch fills them, Python gets them.
class Results {
 public:
  /// `names`: of info's numbers. `replaceable`: info says which actions were replaced.
  Results(const EnvSpec& spec, std::size_t size, const std::vector<pybind11::str>& names,
          bool replaceable);

  /// True if nobody else holds an array or a part of one, and all are as they were made: filled
  /// again, they are as good as new ones.
  bool unseen() const;

  /// Where a batch writes the numbers of all rows.
  void receive(StepBuffers& buffers);
  /// Copies what a batch keeps from step to step.
  void copy(const std::int8_t* mask, const bool* replaced);

  const pybind11::array_t<float>& observation() const { return observation_; }
  const pybind11::array_t<double>& reward() const { return reward_; }
  const pybind11::array_t<bool>& terminated() const { return terminated_; }
  const pybind11::array_t<bool>& truncated() const { return truncated_; }
  /// A dictionary of the caller's own, with the arrays.
  pybind11::dict info() const;

 private:
  /// An array, and what it was like when all were made.
  struct Made {
    explicit Made(const pybind11::array& made);
    bool unchanged() const;

    pybind11::array array;
    Py_ssize_t references = 0;
    std::vector<pybind11::ssize_t> shape;
    pybind11::handle dtype;
    int flags;
  };

  pybind11::array_t<float> observation_;
  pybind11::array_t<double> reward_;
  pybind11::array_t<bool> terminated_;
  pybind11::array_t<bool> truncated_;
  pybind11::array_t<double> numbers_;  // of info: a row for each name
  pybind11::array_t<std::int8_t> mask_;
  pybind11::array_t<bool> replaced_;
  pybind11::dict info_;
  std::vector<Made> made_;
};

}  // namespace aicmp
