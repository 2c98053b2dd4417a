#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <pybind11/numpy.h>

#include "envs/environment.hpp"

namespace aicmp {

/// Copies actions out of Python objects: another thread may change them while the batch steps.
class ActionReader {
 public:
  ActionReader(const EnvSpec& spec, std::size_t size);

  /// Actions of all rows, valid until the next call. Throws TypeError for a wrong type and
  /// ValueError for a wrong shape; values are Environment::refused()'s affair.
  Actions read(const pybind11::handle& actions);
  /// The same for a batch of one, whose action comes without the batch's dimension.
  Actions read_single(const pybind11::handle& action);

  /// Puts the first choice that is possible in the place of impossible ones (as `mask` says, see
  /// StepBuffers) in the rows that `running` tells; `replaced` says where.
  void replace_impossible(const std::int8_t* mask, const Environment& running, bool* replaced);

  /// The action of row `i` in words.
  std::string text(std::size_t i) const;

 private:
  /// Gymnasium's Discrete, of which an action is a number and not an array.
  bool one_choice() const { return spec_.action.sets.size() == 1; }
  Actions actions() const;
  void copy(const pybind11::array& actions, std::span<const pybind11::ssize_t> shape);

  const EnvSpec& spec_;
  std::size_t size_;
  std::vector<std::int64_t> choices_;
  std::vector<float> numbers_;
};

}  // namespace aicmp
