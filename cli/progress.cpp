#include "cli/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace aicmp {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kWidestBar = 40;
constexpr std::size_t kNarrowestBar = 8;

/// Three or four digits with a metric suffix.
std::string compact(double value) {
  static constexpr std::array<const char*, 5> kSuffixes = {"", "k", "M", "G", "T"};
  std::size_t step = 0;
  while (value >= 9999.5 && step + 1 < kSuffixes.size()) {
    value /= 1000.0;
    ++step;
  }
  const int digits = step > 0 || value >= 99.95 || value == std::floor(value) ? 0 : 1;
  return fmt::format("{:.{}f}{}", value, digits, kSuffixes[step]);
}

std::string duration(double seconds) {
  const auto whole = static_cast<long long>(std::min(std::ceil(seconds), 3.6e8));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

double fraction(const ProgressState& state) {
  return std::clamp(state.done / state.total, 0.0, 1.0);
}

std::string numbers(const ProgressState& state) {
  const double rate = state.elapsed_s > 0.0 ? state.done / state.elapsed_s : 0.0;
  const std::string tail =
      state.done >= state.total ? fmt::format("took {}", duration(state.elapsed_s))
      : rate > 0.0              ? fmt::format("ETA {}", duration((state.total - state.done) / rate))
                                : "ETA -:--";
  return fmt::format("{:3.0f} %  {}/{} {}  {} {}/s  {}{}{}", std::floor(100.0 * fraction(state)),
                     compact(state.done), compact(state.total), state.unit, compact(rate),
                     state.unit, tail, state.note.empty() ? "" : "  ", state.note);
}

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool environment_has(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool can_redraw() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

}  // namespace

std::string progress_text(const ProgressState& state) {
  return fmt::format("{} {}", state.label, numbers(state));
}

std::string progress_bar(const ProgressState& state, std::size_t columns, bool colour) {
  const std::string text = numbers(state);
  const std::size_t used = state.label.size() + text.size() + 4;
  if (columns < used + kNarrowestBar) return progress_text(state).substr(0, columns);
  const std::size_t width = std::min(columns - used, kWidestBar);
  const auto filled = static_cast<std::size_t>(fraction(state) * static_cast<double>(width));
  return fmt::format("{} [{}{}{}{}] {}", state.label, colour ? "\x1b[36m" : "",
                     std::string(filled, '#'), colour ? "\x1b[0m" : "",
                     std::string(width - filled, '-'), text);
}

Progress::Progress(std::string label, std::string unit, double total, bool quiet)
    : state_{std::move(label), std::move(unit), total},
      quiet_(quiet),
      terminal_(can_redraw()),
      colour_(terminal_ && !environment_has("NO_COLOR")),
      start_(Clock::now()),
      interval_(terminal_ ? Clock::duration(100ms) : Clock::duration(1s)),
      next_draw_(start_ + interval_) {}

Progress::~Progress() {
  if (!drawn_) return;
  try {
    draw(Clock::now());
    if (terminal_) std::fputc('\n', stderr);
  } catch (const std::exception&) {
    // A last line that cannot be drawn is no reason to end the program.
  }
}

void Progress::add(double amount) {
  done_.fetch_add(amount, std::memory_order_relaxed);
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_draw_.load(std::memory_order_relaxed) || !drawing_.try_lock()) return;
  const std::lock_guard lock(drawing_, std::adopt_lock);
  draw(now);
  drawn_ = true;
  next_draw_ = now + interval_;
  if (!terminal_) interval_ = std::min<Clock::duration>(2 * interval_, 5min);
}

void Progress::note(std::string text) {
  const std::lock_guard lock(drawing_);
  state_.note = std::move(text);
}

void Progress::draw(Clock::time_point now) {
  state_.done = done_.load(std::memory_order_relaxed);
  state_.elapsed_s = std::chrono::duration<double>(now - start_).count();
  if (terminal_) {
    const std::string bar = progress_bar(state_, terminal_columns() - 1, colour_);
    fmt::print(stderr, "\r{}\x1b[K", bar);
  } else {
    fmt::print(stderr, "{}\n", progress_text(state_));
  }
  std::fflush(stderr);
}

}  // namespace aicmp
