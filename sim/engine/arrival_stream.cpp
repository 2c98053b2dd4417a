#include "sim/engine/arrival_stream.hpp"

#include <bit>

#include "sim/base/vector_clones.hpp"
#include "sim/engine/philox_batch.hpp"

namespace aicmp {
namespace {

constexpr std::uint64_t kMantissa = 0x000fffffffffffff;
constexpr std::uint64_t kOne = std::bit_cast<std::uint64_t>(1.0);
constexpr std::uint64_t kRootHalf = 0x3fe6a09e667f3bcd;  // sqrt(1/2)

/// -ln u for u in (0, 1): fdlibm's e_log.c (Sun Microsystems, 1993), error below 1 ulp, with the
/// reduction to [sqrt(1/2), sqrt(2)) done on the bits and the exponent made a double by its bits.
inline double minus_log(double u) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(u) + (kOne - kRootHalf);
  const double exponent =
      std::bit_cast<double>((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1023.0);
  const double f = std::bit_cast<double>((bits & kMantissa) + kRootHalf) - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double odd = w * (3.999999999940941908e-01 +
                          w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double even = z * (6.666666666666735130e-01 +
                           w * (2.857142874366239149e-01 +
                                w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half = 0.5 * f * f;
  const double tail = s * (half + (odd + even)) + exponent * 1.90821492927058770002e-10;
  return ((half - tail) - f) - exponent * 6.93147180369123816490e-01;
}

AICMP_VECTOR_CLONES
void gaps_and_uniforms(const std::uint64_t* low, const std::uint64_t* high, double* gap,
                       double* uniform, std::uint32_t* mark) {
  for (std::size_t i = 0; i < ArrivalStream::kChunk; ++i) {
    // The gap's 44 bits head the mantissa of a number in [1, 2); one bit more centres it.
    const std::uint64_t gap_bits = ((low[i] << 8) & kMantissa) | 0x80;
    gap[i] = minus_log(2.0 - std::bit_cast<double>(gap_bits | kOne));
    const std::uint64_t uniform_bits = ((low[i] >> 44) | (high[i] << 20)) & kMantissa;
    uniform[i] = std::bit_cast<double>(uniform_bits | kOne) - 1.0;
    mark[i] = static_cast<std::uint32_t>(high[i] >> 32);
  }
}

}  // namespace

ArrivalStream::ArrivalStream(const WorldKey& key, StreamId stream, std::uint32_t entity)
    : key_(Rng::split(key)), counter_({{0, 0, entity, static_cast<std::uint32_t>(stream)}}) {}

void ArrivalStream::next(Chunk& chunk) {
  std::array<std::uint64_t, kChunk> low;
  std::array<std::uint64_t, kChunk> high;
  philox_batch(key_, counter_, kChunk, low.data(), high.data());
  counter_[0] += kChunk;
  if (counter_[0] == 0) ++counter_[1];
  gaps_and_uniforms(low.data(), high.data(), chunk.position.data(), chunk.uniform.data(),
                    chunk.mark.data());
  double position = 0.0;
  for (double& gap : chunk.position) gap = position += gap;
}

}  // namespace aicmp
