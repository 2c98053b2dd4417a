#pragma once

/// Compiles a function once more for wider vectors and picks the copy at load time. Every copy
/// gives the same bits: multiplies and adds are never fused (-ffp-contract=off).
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#define AICMP_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define AICMP_VECTOR_CLONES
#endif
