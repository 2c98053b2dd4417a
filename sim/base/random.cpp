#include "sim/base/random.hpp"

namespace aicmp {
namespace {

using Philox = r123::Philox4x32;

std::uint32_t low(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}
std::uint32_t high(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}

}  // namespace

Philox::key_type Rng::split(const WorldKey& key) {
  // The seed is the key of the parent; world and episode are its counter. Philox is a bijection of
  // the counter, so worlds of one seed get distinct 128-bit outputs, of which we keep 64 bits.
  Philox::ctr_type counter = {{key.world, key.episode, 0x41494350u, 0u}};
  Philox::key_type parent = {{low(key.seed), high(key.seed)}};
  const Philox::ctr_type child = Philox()(counter, parent);
  return {{child[0], child[1]}};
}

}  // namespace aicmp
