#include "sim/pool/decision.hpp"

#include <array>
#include <cstddef>

namespace aicmp {

const char* name_of(OperatorParameter parameter) {
  constexpr std::array kNames = {"fee", "eta", "share_difficulty", "forecast", "lost_blocks"};
  return kNames[static_cast<std::size_t>(parameter)];
}

}  // namespace aicmp
