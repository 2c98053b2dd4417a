#pragma once

#include <cstddef>
#include <cstdint>

#include <Random123/philox.h>

namespace aicmp {

/// Words of `count` consecutive Philox4x32-10 blocks, the first at `counter`, block i at `counter`
/// with i added to its first word (modulo 2^32): low[i] holds words 0 and 1, high[i] words 2 and 3,
/// the earlier word in the lower half. Equal to Random123 block by block, several at a time where
/// the machine has AVX2.
void philox_batch(const r123::Philox4x32::key_type& key, const r123::Philox4x32::ctr_type& counter,
                  std::size_t count, std::uint64_t* low, std::uint64_t* high);

}  // namespace aicmp
