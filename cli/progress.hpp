#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace aicmp {

/// How far some work is.
struct ProgressState {
  std::string label;
  std::string unit;    // plural: "days"
  double total = 1.0;  // > 0
  double done = 0.0;
  double elapsed_s = 0.0;
  std::string note{};  // whatever else is to be watched
};

/// `label  48 %  175/365 days  12.3 days/s  ETA 0:15  note`; after the end the time taken.
std::string progress_text(const ProgressState& state);
/// The same after a bar of what room is left in `columns`; cut to that width.
std::string progress_bar(const ProgressState& state, std::size_t columns, bool colour);

/// Progress on standard error: a bar redrawn ten times a second on a terminal, otherwise lines at
/// growing intervals (1 s, 2 s, 4 s, ... up to 5 minutes). Nothing if quiet; no colour where
/// NO_COLOR is set. Thread-safe; add() costs an atomic addition and a look at the clock.
class Progress {
 public:
  Progress(std::string label, std::string unit, double total, bool quiet);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Draws the last state and ends the line, so that what follows starts on its own.
  ~Progress();

  void add(double amount);
  /// Shown behind the numbers from the next drawing on.
  void note(std::string text);

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);

  ProgressState state_;
  bool quiet_;
  bool terminal_;
  bool colour_;
  Clock::time_point start_;
  Clock::duration interval_;
  std::atomic<double> done_ = 0.0;
  std::atomic<Clock::time_point> next_draw_;
  std::atomic<bool> drawn_ = false;
  std::mutex drawing_;
};

}  // namespace aicmp
