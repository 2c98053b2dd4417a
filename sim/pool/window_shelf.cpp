#include "sim/pool/window_shelf.hpp"

#include <bit>

namespace aicmp {
namespace {

/// A number of its own for each spec, so that a window's random cuts do not depend on which others
/// there are (the finaliser of MurmurHash3).
std::uint32_t entity_of(const WindowSpec& spec) {
  auto hash = std::bit_cast<std::uint64_t>(spec.lengths) +
              (spec.oldest_share == OldestShare::kWhole ? 1U : 0U) +
              (spec.recut_at_retarget ? 2U : 0U);
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return static_cast<std::uint32_t>(hash ^ (hash >> 33));
}

}  // namespace

WindowShelf::WindowShelf(Fidelity fidelity, std::size_t miners, const WorldKey& key)
    : fidelity_(fidelity), miners_(miners), key_(key) {}

WorkWindow& WindowShelf::get(const WindowSpec& spec) {
  for (const Slot& slot : slots_) {
    if (slot.spec == spec) return *slot.window;
  }
  slots_.push_back(
      {spec, make_work_window(fidelity_, miners_, key_, entity_of(spec), spec.oldest_share)});
  return *slots_.back().window;
}

void WindowShelf::add(const WorkBatch& batch) {
  double work = 0.0;
  for (Slot& slot : slots_) {
    slot.window->add(batch);
    if (slot.work_until_rollover <= 0.0) continue;
    if (work == 0.0) batch.for_each([&](std::uint32_t, std::int64_t, double w) { work += w; });
    slot.work_until_rollover -= work;
    if (slot.work_until_rollover <= 0.0) slot.window->set_length(slot.spec.lengths * difficulty_);
  }
}

void WindowShelf::on_network(double difficulty) {
  difficulty_ = difficulty;
  for (Slot& slot : slots_) {
    const bool first = slot.window->length() == 0.0;
    if (first || slot.spec.recut_at_retarget) {
      slot.window->set_length(slot.spec.lengths * difficulty);
    } else if (slot.work_until_rollover <= 0.0) {
      slot.work_until_rollover = slot.window->length();
    }
  }
}

}  // namespace aicmp
