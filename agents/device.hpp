#pragma once

namespace aicmp {

/// Where libtorch computes losses and their gradients. Acting and worlds are always on the CPU.
enum class Device { kCpu, kCuda };

}  // namespace aicmp
