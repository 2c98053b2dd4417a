#pragma once

#include <atomic>

namespace aicmp {

/// Makes the first SIGINT or SIGTERM set the flag below instead of ending the program; a second
/// one of the same kind ends it at once. Call once, before the work starts.
void catch_interrupts();

/// Set once an interrupt was asked for. Loops poll it and stop at the next consistent state.
const std::atomic<bool>& interrupt_flag();

}  // namespace aicmp
