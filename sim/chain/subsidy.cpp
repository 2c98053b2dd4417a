#include "sim/chain/subsidy.hpp"

namespace aicmp {

Satoshi subsidy(std::int64_t height) {
  const std::int64_t halvings = height / kHalvingInterval;
  return Satoshi(halvings >= 64 ? 0 : (50 * kSatoshiPerBtc) >> halvings);
}

std::int64_t next_halving_height(std::int64_t height) {
  return (height / kHalvingInterval + 1) * kHalvingInterval;
}

}  // namespace aicmp
