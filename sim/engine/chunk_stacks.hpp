#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace aicmp {

/// Many stacks of values in one memory that they give back and take anew in chunks, so that none
/// of them allocates on its own. 32-bit sizes; copying copies all stacks at once.
template <typename Value>
class ChunkStacks {
 public:
  /// All chunks but the newest are full.
  struct Stack {
    std::uint32_t newest = kNone;
    std::uint32_t size = 0;
  };

  /// Makes room for a value, to be filled before the next call.
  Value& push(Stack& stack) {
    const std::size_t within = stack.size % kChunk;
    if (within == 0) {
      const std::uint32_t chunk = allocate();
      older_[chunk] = std::exchange(stack.newest, chunk);
    }
    ++stack.size;
    return chunks_[stack.newest][within];
  }

  /// Calls visit(value) for each value of a stack, which is gone afterwards. `visit` may push onto
  /// other stacks; the reference it got ends with that.
  template <typename Visit>
  void drain(const Stack& stack, Visit visit) {
    std::size_t left = stack.size;
    for (std::uint32_t chunk = stack.newest; left > 0;) {
      const std::size_t count = (left - 1) % kChunk + 1;
      for (std::size_t i = 0; i < count; ++i) visit(std::as_const(chunks_[chunk][i]));
      left -= count;
      chunk = std::exchange(older_[chunk], std::exchange(free_, chunk));
    }
  }

  /// Drops every stack; the memory is kept.
  void clear() {
    chunks_.clear();
    older_.clear();
    free_ = kNone;
  }

 private:
  static constexpr std::size_t kChunk = 16;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t allocate() {
    if (free_ != kNone) return std::exchange(free_, older_[free_]);
    chunks_.emplace_back();
    older_.push_back(kNone);
    return static_cast<std::uint32_t>(chunks_.size() - 1);
  }

  std::vector<std::array<Value, kChunk>> chunks_;
  std::vector<std::uint32_t> older_;  // next chunk of the same stack, or of the free ones
  std::uint32_t free_ = kNone;
};

}  // namespace aicmp
