#include "sim/pool/share_source.hpp"

namespace aicmp {

WorkBatch ShareSource::accept_one(Time now, std::uint32_t miner) {
  one_.assign(1, {now, miner, difficulty(miner)});
  ++counts_.accepted[miner];
  return {now, now, era_, one_, {}, rates_.difficulty};
}

}  // namespace aicmp
