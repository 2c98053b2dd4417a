#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// Something that happens at a time. `kind` is the caller's enum, `source` the miner, site or pool
/// it concerns; both decide the order of events at one time. `sequence` counts the pushes.
template <typename Payload>
struct Event {
  Time time;
  std::uint32_t kind = 0;
  std::uint32_t source = 0;
  std::uint64_t sequence = 0;
  Payload payload{};
};

/// The total order of events: time, then kind, then source, then sequence.
template <typename Payload>
bool precedes(const Event<Payload>& a, const Event<Payload>& b) {
  if (a.time != b.time) return a.time < b.time;
  if (a.kind != b.kind) return a.kind < b.kind;
  if (a.source != b.source) return a.source < b.source;
  return a.sequence < b.sequence;
}

/// Pending events in their total order; the clock of a world is the time of the last event popped.
///
/// A monotone radix queue (Ahuja, Mehlhorn, Orlin, Tarjan, J. ACM 37, 1990) with wide digits: an
/// event waits in the bucket of the highest digit in which its time differs from that of the
/// current window, is moved to a finer bucket at most once a digit, and is sorted only within the
/// few events that come next. There is nothing to tune or resize, so the cost (amortised constant
/// for spread times, logarithmic for events at one time) depends neither on the shape of the
/// distribution of times nor on its drift.
///
/// An event cannot be cancelled: put a generation number into the payload and ignore old ones.
/// Single-threaded; copying copies the state, so a copy continues alike.
template <typename Payload>
class Calendar {
  static_assert(std::is_trivially_copyable_v<Payload>);

 public:
  explicit Calendar(Time start = Time()) { clear(start); }

  /// Adds an event at now() or later and before Time::forever(); asserted in every build.
  void push(Time time, std::uint32_t kind, std::uint32_t source, const Payload& payload = {}) {
    AICMP_ASSERT(time >= now_ && time < Time::forever());
    const Event<Payload> event{time, kind, source, sequence_++, payload};
    ++size_;
    if (key(time) >= near_end_) {
      place(event);
    } else {
      late_.push_back(event);
      std::push_heap(late_.begin(), late_.end(), Later());
      if (late_.size() > kSpill && late_.size() > near_.size()) spill();
    }
  }

  /// Removes and returns the first event and moves now() to its time; must not be empty.
  Event<Payload> pop() {
    AICMP_ASSERT(size_ > 0);
    if (near_.empty() && late_.empty()) refill();
    --size_;
    Event<Payload> first;
    if (late_.empty() || (!near_.empty() && precedes(near_.back(), late_.front()))) {
      first = near_.back();
      near_.pop_back();
    } else {
      first = late_.front();
      std::pop_heap(late_.begin(), late_.end(), Later());
      late_.pop_back();
    }
    now_ = first.time;
    return first;
  }

  /// Time of the first event, Time::forever() when there is none.
  Time next_time() const {
    Time next = Time::forever();
    if (!near_.empty()) next = near_.back().time;
    if (!late_.empty()) next = std::min(next, late_.front().time);
    if (near_.empty() && late_.empty() && levels_ != 0) {
      const int level = std::countr_zero(levels_);
      const int slot = std::countr_zero(slots_[index(level)]);
      next = bucket(level, slot).first;
    }
    return next;
  }

  Time now() const { return now_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// Drops every event and starts anew at `start`, with the memory kept.
  void clear(Time start = Time()) {
    now_ = start;
    base_ = key(start);
    near_end_ = 0;
    size_ = 0;
    sequence_ = 0;
    levels_ = 0;
    slots_.fill(0);
    buckets_.fill({});
    near_.clear();
    late_.clear();
    chunks_.clear();
    free_ = kNone;
  }

 private:
  static constexpr int kDigitBits = 6;
  static constexpr int kSlots = 1 << kDigitBits;
  static constexpr int kLevels = (64 + kDigitBits - 1) / kDigitBits;
  static constexpr std::uint32_t kNear = 16;  // buckets up to this size are sorted, not split
  static constexpr std::size_t kSpill = 64;   // late events beyond this go back to the buckets
  static constexpr std::uint32_t kChunk = 15;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Chunk {
    std::array<Event<Payload>, kChunk> events;
    std::uint32_t older;
  };
  /// A stack of chunks; all but the newest are full.
  struct Bucket {
    Time first = Time::forever();
    std::uint32_t newest = kNone;
    std::uint32_t size = 0;
  };
  struct Later {
    bool operator()(const Event<Payload>& a, const Event<Payload>& b) const {
      return precedes(b, a);
    }
  };

  /// Order-preserving map of signed time to unsigned digits.
  static std::uint64_t key(Time time) {
    return static_cast<std::uint64_t>(time.ns()) ^ (std::uint64_t{1} << 63);
  }
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  Bucket& bucket(int level, int slot) { return buckets_[index(level * kSlots + slot)]; }
  const Bucket& bucket(int level, int slot) const { return buckets_[index(level * kSlots + slot)]; }

  void place(const Event<Payload>& event) {
    const std::uint64_t digits = key(event.time);
    const int level = (63 - std::countl_zero((digits ^ base_) | 1)) / kDigitBits;
    const int slot = static_cast<int>((digits >> (level * kDigitBits)) & (kSlots - 1));
    Bucket& to = bucket(level, slot);
    const std::uint32_t at = to.size % kChunk;
    if (at == 0) {
      const std::uint32_t chunk = allocate();
      chunks_[chunk].older = to.newest;
      to.newest = chunk;
      levels_ |= 1u << level;
      slots_[index(level)] |= std::uint64_t{1} << slot;
    }
    chunks_[to.newest].events[at] = event;
    ++to.size;
    to.first = std::min(to.first, event.time);
  }

  std::uint32_t allocate() {
    if (free_ == kNone) {
      chunks_.emplace_back();
      return static_cast<std::uint32_t>(chunks_.size() - 1);
    }
    const std::uint32_t chunk = free_;
    free_ = chunks_[chunk].older;
    return chunk;
  }

  /// Moves the window to the first bucket, splitting it until its first part is small.
  void refill() {
    for (;;) {
      const int level = std::countr_zero(levels_);
      const int slot = std::countr_zero(slots_[index(level)]);
      const int shift = level * kDigitBits;
      const std::uint64_t above =
          shift + kDigitBits < 64 ? ~std::uint64_t{0} << (shift + kDigitBits) : 0;
      base_ = (base_ & above) | (static_cast<std::uint64_t>(slot) << shift);
      const Bucket from = std::exchange(bucket(level, slot), Bucket());
      slots_[index(level)] &= slots_[index(level)] - 1;
      if (slots_[index(level)] == 0) levels_ &= levels_ - 1;
      const bool sort = level == 0 || from.size <= kNear;
      std::uint32_t left = from.size;
      for (std::uint32_t chunk = from.newest; chunk != kNone;) {
        const std::uint32_t older = chunks_[chunk].older;
        const std::uint32_t count = (left - 1) % kChunk + 1;
        for (std::uint32_t i = 0; i < count; ++i) {
          if (sort) {
            near_.push_back(chunks_[chunk].events[i]);
          } else {
            place(Event<Payload>(chunks_[chunk].events[i]));
          }
        }
        left -= count;
        chunks_[chunk].older = free_;
        free_ = chunk;
        chunk = older;
      }
      if (sort) {
        std::sort(near_.begin(), near_.end(), Later());
        near_end_ = key(near_.front().time) + 1;
        return;
      }
    }
  }

  void spill() {
    for (const auto& event : near_) place(event);
    for (const auto& event : late_) place(event);
    near_.clear();
    late_.clear();
    near_end_ = 0;
  }

  Time now_;
  std::uint64_t base_ = 0;      // start of the window that `near_` came from
  std::uint64_t near_end_ = 0;  // events before it are in `near_` or `late_`, others in buckets
  std::size_t size_ = 0;
  std::uint64_t sequence_ = 0;
  std::vector<Event<Payload>> near_;            // sorted, first event at the back
  std::vector<Event<Payload>> late_;            // heap of those pushed into the range of `near_`
  std::uint32_t levels_ = 0;                    // which levels have events
  std::array<std::uint64_t, kLevels> slots_{};  // which buckets of a level have events
  std::array<Bucket, kLevels * kSlots> buckets_{};
  std::vector<Chunk> chunks_;
  std::uint32_t free_ = kNone;
};

}  // namespace aicmp
