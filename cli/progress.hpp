#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

namespace aicmp {

/// How far the work is, as text without line ends.
struct ProgressState {
  std::string label;
  std::string unit;    // plural: "days"
  double total = 0.0;  // > 0
  double done = 0.0;   // within [0, total]
  double elapsed_s = 0.0;
};

/// `label   48 %  175/365 days  12.3 days/s  ETA 00:12`
std::string progress_text(const ProgressState& state);
/// The same with a bar, at most `columns` wide.
std::string progress_bar(const ProgressState& state, int columns, bool colour);

/// Progress on standard error: a bar redrawn ten times a second on a terminal, otherwise lines at
/// growing intervals (1 s, 2 s, 4 s, ... up to 5 minutes). Nothing if quiet; no colour where
/// NO_COLOR is set. Thread-safe; add() costs an atomic addition and a look at the coarse clock.
class Progress {
 public:
  Progress(std::string label, std::string unit, double total, bool quiet);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Ends the line of the bar, so that an error message starts on its own.
  ~Progress();

  void add(double amount);

 private:
  void draw(std::chrono::steady_clock::time_point now);

  ProgressState state_;
  std::chrono::steady_clock::time_point start_;
  std::atomic<double> done_ = 0.0;
  std::atomic<std::int64_t> next_draw_ns_ = 0;
  std::mutex drawing_;
  double interval_s_ = 0.0;
  bool quiet_;
  bool terminal_;
  bool colour_;
};

}  // namespace aicmp
