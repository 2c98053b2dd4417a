#include "agents/kernels/kernels.hpp"

#include <array>
#include <cstdint>

namespace aicmp {

extern const Kernels kBaselineKernels;
#ifdef __x86_64__
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

KernelList runnable_kernels() {
#ifdef __x86_64__
  static constexpr std::array<const Kernels*, 3> kAll = {&kBaselineKernels, &kAvx2Kernels,
                                                         &kAvx512Kernels};
  static const std::size_t size = [] {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
    return wide ? 3 : 2;
  }();
  return {kAll.data(), size};
#else
  static constexpr std::array<const Kernels*, 1> kAll = {&kBaselineKernels};
  return {kAll.data(), 1};
#endif
}

const Kernels& kernels() {
  static const Kernels& fastest = []() -> const Kernels& {
    const KernelList list = runnable_kernels();
    return *list.first[list.size - 1];
  }();
  return fastest;
}

}  // namespace aicmp
