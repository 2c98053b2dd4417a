#include "sim/engine/philox_batch.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace aicmp {
namespace {

using Philox = r123::Philox4x32;

void scalar_blocks(const Philox::key_type& key, Philox::ctr_type counter, std::size_t count,
                   std::uint64_t* low, std::uint64_t* high) {
  for (std::size_t i = 0; i < count; ++i) {
    const Philox::ctr_type words = Philox()(counter, key);
    low[i] = words[0] | static_cast<std::uint64_t>(words[1]) << 32;
    high[i] = words[2] | static_cast<std::uint64_t>(words[3]) << 32;
    ++counter[0];
  }
}

#if defined(__x86_64__)

constexpr std::size_t kGroups = 2;  // vectors in flight, to hide the latency of the multiplier
constexpr std::size_t kLanes = 4;
constexpr std::size_t kStride = kGroups * kLanes;

/// Each 32-bit word sits in a 64-bit lane, so that one multiply gives both halves of the product;
/// the upper half of a lane may hold rubbish, which neither the multiply nor the result looks at.
__attribute__((target("avx2"))) void avx2_blocks(const Philox::key_type& key,
                                                 const Philox::ctr_type& counter, std::size_t count,
                                                 std::uint64_t* low, std::uint64_t* high) {
  const __m256i multiplier0 = _mm256_set1_epi64x(0xD2511F53);
  const __m256i multiplier1 = _mm256_set1_epi64x(0xCD9E8D57);
  for (std::size_t at = 0; at < count; at += kStride) {
    __m256i word0[kGroups], word1[kGroups], word2[kGroups], word3[kGroups];
    for (std::size_t g = 0; g < kGroups; ++g) {
      const std::size_t first = counter[0] + at + kLanes * g;
      word0[g] = _mm256_add_epi64(_mm256_set1_epi64x(static_cast<long long>(first)),
                                  _mm256_setr_epi64x(0, 1, 2, 3));
      word1[g] = _mm256_set1_epi64x(counter[1]);
      word2[g] = _mm256_set1_epi64x(counter[2]);
      word3[g] = _mm256_set1_epi64x(counter[3]);
    }
    std::uint32_t key0 = key[0];
    std::uint32_t key1 = key[1];
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
      const __m256i round_key0 = _mm256_set1_epi64x(key0);
      const __m256i round_key1 = _mm256_set1_epi64x(key1);
      for (std::size_t g = 0; g < kGroups; ++g) {
        const __m256i product0 = _mm256_mul_epu32(word0[g], multiplier0);
        const __m256i product1 = _mm256_mul_epu32(word2[g], multiplier1);
        const __m256i high0 = _mm256_srli_epi64(product0, 32);
        const __m256i high1 = _mm256_srli_epi64(product1, 32);
        word0[g] = _mm256_xor_si256(_mm256_xor_si256(high1, word1[g]), round_key0);
        word1[g] = product1;
        word2[g] = _mm256_xor_si256(_mm256_xor_si256(high0, word3[g]), round_key1);
        word3[g] = product0;
      }
      key0 += 0x9E3779B9;
      key1 += 0xBB67AE85;
    }
    for (std::size_t g = 0; g < kGroups; ++g) {
      const __m256i upper1 = _mm256_slli_epi64(word1[g], 32);
      const __m256i upper3 = _mm256_slli_epi64(word3[g], 32);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(low + at + kLanes * g),
                          _mm256_blend_epi32(word0[g], upper1, 0xAA));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(high + at + kLanes * g),
                          _mm256_blend_epi32(word2[g], upper3, 0xAA));
    }
  }
}

#endif

}  // namespace

void philox_batch(const Philox::key_type& key, const Philox::ctr_type& counter, std::size_t count,
                  std::uint64_t* low, std::uint64_t* high) {
  std::size_t done = 0;
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2) {
    done = count - count % kStride;
    avx2_blocks(key, counter, done, low, high);
  }
#endif
  Philox::ctr_type rest = counter;
  rest[0] += static_cast<std::uint32_t>(done);
  scalar_blocks(key, rest, count - done, low + done, high + done);
}

}  // namespace aicmp
