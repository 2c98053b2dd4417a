#define AICMP_LANES 16
#define AICMP_TILE_ROWS 8
#define AICMP_KERNELS kAvx512Kernels
#define AICMP_KERNEL_NAME "avx512"
#include "agents/kernels/kernels_impl.hpp"
