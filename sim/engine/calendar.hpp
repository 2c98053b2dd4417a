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
#include "sim/engine/chunk_stacks.hpp"
#include "sim/engine/event.hpp"

namespace aicmp {

/// Pending events in their total order; the clock of a world is the time of the last event popped.
///
/// A ladder queue (Tang, Goh, Thng, ACM TOMACS 15, 2005) whose rungs are aligned to powers of two,
/// as in a radix heap: an event waits unsorted in the slot of a rung; when its slot comes first and
/// holds more than a few events, the slot is split into a finer rung sized by their number; when it
/// holds few, they are sorted. So the cost is amortised constant for spread times and logarithmic
/// for events at one time, for any distribution of times and however it drifts, and nothing is to
/// be tuned or resized.
///
/// An event cannot be cancelled: put a generation number into the payload and ignore old ones.
/// Not thread-safe. A copy holds the same events and continues alike.
template <typename Payload>
class Calendar {
  static_assert(std::is_trivially_copyable_v<Payload>);

 public:
  explicit Calendar(Time start = Time()) { clear(start); }

  /// Adds an event at now() or later and before Time::forever(); asserted in every build.
  void push(Time time, std::uint32_t kind, std::uint32_t source, const Payload& payload = {}) {
    AICMP_ASSERT(time >= now_ && time < Time::forever());
    const std::uint64_t sequence = pushed_++;
    if (key(time) >= near_end_) {
      const int highest = 63 - std::countl_zero((key(time) ^ window_) | 1);
      Rung& rung = rungs_[rung_of_bit_[static_cast<std::size_t>(highest)]];
      place(rung, time) = {time, kind, source, sequence, payload};
    } else {
      late_.push_back({time, kind, source, sequence, payload});
      std::push_heap(late_.begin(), late_.end(), Later());
      if (late_.size() > std::max(kSpill, near_.size()) && window_bits_ > 0) spill();
    }
  }

  /// Removes and returns the first event and moves now() to its time; must not be empty.
  Event<Payload> pop() {
    AICMP_ASSERT(!empty());
    if (near_.empty() && late_.empty()) refill();
    ++popped_;
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
    for (std::size_t depth = depth_; next == Time::forever() && depth > 0; --depth) {
      const Rung& rung = rungs_[depth - 1];
      if (!rung.empty()) next = rung.slots[rung.first()].first;
    }
    return next;
  }

  Time now() const { return now_; }
  std::size_t size() const { return pushed_ - popped_; }
  bool empty() const { return pushed_ == popped_; }

  /// Drops every event and starts anew at `start`, with the memory kept.
  void clear(Time start = Time()) {
    now_ = start;
    pushed_ = 0;
    popped_ = 0;
    near_.clear();
    late_.clear();
    near_end_ = 0;
    stacks_.clear();
    depth_ = 0;
    window_ = key(start);
    window_bits_ = 64;
    add_rung(kNear);
  }

 private:
  static constexpr std::size_t kNear = 16;    // slots of up to this many events are sorted
  static constexpr std::size_t kSpill = 64;   // more late events than this make a new rung
  static constexpr std::size_t kPerSlot = 8;  // events wanted in a slot of a new rung
  static constexpr std::size_t kMostSlots = 1024;

  struct Slot {
    Time first = Time::forever();
    typename ChunkStacks<Event<Payload>>::Stack events;
  };

  /// Slots of 2^shift nanoseconds each that together cover one slot of the rung before.
  struct Rung {
    int shift = 0;
    std::vector<Slot> slots;  // a power of two
    std::array<std::uint64_t, kMostSlots / 64> occupied{};

    std::size_t slot(std::uint64_t at) const { return (at >> shift) & (slots.size() - 1); }
    void occupy(std::size_t slot) { occupied[slot / 64] |= std::uint64_t{1} << (slot % 64); }
    void vacate(std::size_t slot) { occupied[slot / 64] &= ~(std::uint64_t{1} << (slot % 64)); }
    /// The first slot with events, kMostSlots if there is none.
    std::size_t first() const {
      std::size_t word = 0;
      while (word < occupied.size() && occupied[word] == 0) ++word;
      if (word == occupied.size()) return kMostSlots;
      return 64 * word + static_cast<std::size_t>(std::countr_zero(occupied[word]));
    }
    bool empty() const { return first() == kMostSlots; }
  };

  struct Later {
    bool operator()(const Event<Payload>& a, const Event<Payload>& b) const {
      return precedes(b, a);
    }
  };

  /// Order-preserving map of signed time to unsigned.
  static std::uint64_t key(Time time) {
    return static_cast<std::uint64_t>(time.ns()) ^ (std::uint64_t{1} << 63);
  }

  /// Makes room for an event of that time in a rung, to be filled at once.
  Event<Payload>& place(Rung& rung, Time time) {
    const std::size_t number = rung.slot(key(time));
    Slot& slot = rung.slots[number];
    rung.occupy(number);
    // Without a branch, which would be mispredicted whenever a slot gets its first event.
    const std::int64_t earlier = -static_cast<std::int64_t>(time < slot.first);
    slot.first = Time::nanoseconds(slot.first.ns() ^ ((slot.first.ns() ^ time.ns()) & earlier));
    return stacks_.push(slot.events);
  }

  /// Splits the present window into a new last rung, fit for that many events.
  void add_rung(std::size_t events) {
    if (depth_ == rungs_.size()) rungs_.emplace_back();
    const int wanted =
        static_cast<int>(std::bit_width(std::min(events / kPerSlot, kMostSlots / 2)));
    const int bits = std::min(wanted, window_bits_);
    Rung& rung = rungs_[depth_];
    rung.shift = window_bits_ - bits;
    rung.slots.assign(std::size_t{1} << bits, Slot());
    rung.occupied.fill(0);
    // Times that differ from the window's start in none of the rungs' bits are in its first slot.
    std::fill_n(rung_of_bit_.begin(), window_bits_, static_cast<std::uint8_t>(depth_));
    ++depth_;
  }

  /// Moves the window to the first slot that has events, and on into it until they are few.
  void refill() {
    for (;;) {
      Rung& last = rungs_[depth_ - 1];
      const std::size_t number = last.first();
      if (number == kMostSlots) {
        --depth_;
        continue;
      }
      const Slot from = std::exchange(last.slots[number], Slot());
      last.vacate(number);
      window_ = key(from.first) >> last.shift << last.shift;
      window_bits_ = last.shift;
      if (from.events.size <= kNear || window_bits_ == 0) return sort(from);
      add_rung(from.events.size);
      stacks_.drain(from.events, [this](const Event<Payload>& event) {
        // A named copy: GCC 12 reads a temporary's source after place(), which may move it.
        const Event<Payload> copy = event;
        place(rungs_[depth_ - 1], copy.time) = copy;
      });
    }
  }

  /// Makes the events of the window's slot the near ones.
  void sort(const Slot& slot) {
    stacks_.drain(slot.events, [this](const Event<Payload>& event) { near_.push_back(event); });
    std::sort(near_.begin(), near_.end(), Later());
    const std::uint64_t end = window_ + (std::uint64_t{1} << window_bits_);
    near_end_ = end == 0 ? UINT64_MAX : end;
  }

  /// Splits the window of the near events, which others keep being pushed into.
  void spill() {
    add_rung(near_.size() + late_.size());
    for (auto* events : {&near_, &late_}) {
      for (const auto& event : *events) place(rungs_[depth_ - 1], event.time) = event;
      events->clear();
    }
    near_end_ = 0;
  }

  Time now_;
  std::uint64_t pushed_ = 0;
  std::uint64_t popped_ = 0;
  std::vector<Event<Payload>> near_;  // events of the window, sorted, the first one at the back
  std::vector<Event<Payload>> late_;  // heap of those pushed into the window since then
  std::uint64_t near_end_ = 0;        // end of the window; 0 while its events are in a rung
  std::uint64_t window_ = 0;          // start of the window, a multiple of 2^window_bits_
  int window_bits_ = 0;
  std::vector<Rung> rungs_;  // coarse to fine; those from depth_ on are spare
  std::size_t depth_ = 0;
  std::array<std::uint8_t, 64> rung_of_bit_{};  // rung of times that first differ in that bit
  ChunkStacks<Event<Payload>> stacks_;
};

}  // namespace aicmp
