#define AICMP_LANES 8
#define AICMP_TILE_ROWS 6
#define AICMP_KERNELS kAvx2Kernels
#define AICMP_KERNEL_NAME "avx2"
#include "agents/kernels/kernels_impl.hpp"
