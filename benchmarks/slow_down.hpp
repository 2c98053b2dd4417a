#pragma once

namespace aicmp::bench {

/// How often a kernel does its work: 1, or 2 if the environment variable AICMP_BENCH_SLOW names the
/// figure. With it a test proves that check.py notices a kernel of half the speed.
int rounds(const char* figure);

}  // namespace aicmp::bench
