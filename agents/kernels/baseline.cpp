#define AICMP_LANES 4
#define AICMP_TILE_ROWS 4
#define AICMP_KERNELS kBaselineKernels
#define AICMP_KERNEL_NAME "baseline"
#include "agents/kernels/kernels_impl.hpp"
