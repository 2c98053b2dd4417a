#pragma once

#include <memory>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/pool/work_window.hpp"

namespace aicmp {

/// What tells one window from another.
struct WindowSpec {
  double lengths = 8.0;  // X: length in units of the network difficulty
  OldestShare oldest_share = OldestShare::kFraction;
  bool recut_at_retarget = true;  // false: keeps its length until it was rolled over once

  bool operator==(const WindowSpec&) const = default;
};

/// The work windows of one pool. Schemes that ask for the same window share it, so that schemes run
/// side by side at the cost of their distinct windows.
class WindowShelf {
 public:
  WindowShelf(Fidelity fidelity, std::size_t miners, const WorldKey& key);

  /// The window of that spec, made at the first request; the shelf owns it.
  WorkWindow& get(const WindowSpec& spec);
  void add(const WorkBatch& batch);
  void on_network(double difficulty);

 private:
  struct Slot {
    WindowSpec spec;
    std::unique_ptr<WorkWindow> window;
    double work_until_rollover = 0.0;  // of a window that keeps its length after a retarget
  };
  Fidelity fidelity_;
  std::size_t miners_;
  WorldKey key_;
  double difficulty_ = 0.0;
  std::vector<Slot> slots_;
};

}  // namespace aicmp
