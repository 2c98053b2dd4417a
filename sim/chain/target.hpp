#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/multiprecision/cpp_int.hpp>

namespace aicmp {

/// 256-bit unsigned integer that wraps modulo 2^256, as Bitcoin Core's arith_uint256 does.
using Target = boost::multiprecision::uint256_t;

/// Difficulty bits of the easiest target that mainnet allows: 2^224 - 1, rounded down to compact.
inline constexpr std::uint32_t kPowLimitBits = 0x1d00ffff;

/// The easiest target that mainnet allows, 2^224 - 1 (Bitcoin Core, chainparams.cpp).
const Target& pow_limit();

/// What the compact form `nBits` of a block header says (arith_uint256::SetCompact).
struct DecodedCompact {
  Target value;
  bool negative = false;  // the sign bit is set and the value is not zero
  bool overflow = false;  // the value does not fit 256 bits; `value` is then meaningless
};

/// Every 32-bit pattern decodes; it is the caller who refuses negative and overflowing ones.
DecodedCompact decode_compact(std::uint32_t nbits);

/// The compact form of a value, mantissa truncated (arith_uint256::GetCompact).
std::uint32_t encode_compact(const Target& value);

/// The target that `nbits` demands, or nothing if it is negative, zero, overflows or is easier than
/// `pow_limit()` (the range rule of Bitcoin Core's CheckProofOfWork).
std::optional<Target> target_of(std::uint32_t nbits);

/// True if `hash` meets a valid `nbits` (CheckProofOfWork).
bool check_proof_of_work(const Target& hash, std::uint32_t nbits);

/// 2^256 / (target + 1) rounded down: the work a block adds to its chain (GetBlockProof).
/// `target` must be neither 0 nor 2^256 - 1, which no compact form holds.
Target block_work(const Target& target);

/// (0xffff * 2^208) / target; 1 for `kPowLimitBits`. `target` must not be zero.
double difficulty(const Target& target);

/// 2^256 / (target + 1): hashes per block on average.
double expected_hashes(const Target& target);

/// The `nbits` whose difficulty is nearest to `difficulty`, which must be finite and positive.
/// Difficulties below 1 give `kPowLimitBits`.
std::uint32_t compact_from_difficulty(double difficulty);

/// Reads eight hex digits of nBits that mainnet allows; ConfigError about the option `key`
/// otherwise.
std::uint32_t parse_nbits(const std::string& text, const std::string& key);

}  // namespace aicmp
