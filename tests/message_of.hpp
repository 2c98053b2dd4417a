#pragma once

#include <string>

namespace aicmp {

/// What an exception of type E says; empty if none is thrown.
template <typename E, typename Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

}  // namespace aicmp
