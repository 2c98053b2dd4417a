#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <numbers>

namespace aicmp {

/// Simulation time or a span of it: integer nanoseconds (292 years either way).
class Time {
 public:
  constexpr Time() = default;
  static constexpr Time nanoseconds(std::int64_t ns) { return Time(ns); }
  /// Rounds to the nearest nanosecond; spans beyond 292 years become `forever()`.
  static Time seconds(double s) { return s < 9.2e9 ? Time(std::llround(s * 1e9)) : forever(); }
  static Time hours(double h) { return seconds(h * 3600.0); }
  static Time days(double d) { return seconds(d * 86400.0); }
  static constexpr Time forever() { return Time(INT64_MAX); }

  constexpr std::int64_t ns() const { return ns_; }
  constexpr double in_seconds() const { return static_cast<double>(ns_) * 1e-9; }
  constexpr double in_hours() const { return in_seconds() / 3600.0; }
  constexpr double in_days() const { return in_seconds() / 86400.0; }

  constexpr auto operator<=>(const Time&) const = default;
  constexpr Time operator+(Time other) const { return Time(ns_ + other.ns_); }
  constexpr Time operator-(Time other) const { return Time(ns_ - other.ns_); }
  constexpr Time& operator+=(Time other) { return ns_ += other.ns_, *this; }
  constexpr Time& operator-=(Time other) { return ns_ -= other.ns_, *this; }

 private:
  explicit constexpr Time(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

/// Money inside the pool: integer satoshi, 1 BTC = 1e8. Never mixed with bare numbers.
class Satoshi {
 public:
  constexpr Satoshi() = default;
  explicit constexpr Satoshi(std::int64_t value) : value_(value) {}

  constexpr std::int64_t value() const { return value_; }
  constexpr double btc() const { return static_cast<double>(value_) * 1e-8; }

  constexpr auto operator<=>(const Satoshi&) const = default;
  constexpr Satoshi operator+(Satoshi other) const { return Satoshi(value_ + other.value_); }
  constexpr Satoshi operator-(Satoshi other) const { return Satoshi(value_ - other.value_); }
  constexpr Satoshi operator-() const { return Satoshi(-value_); }
  constexpr Satoshi& operator+=(Satoshi other) { return value_ += other.value_, *this; }
  constexpr Satoshi& operator-=(Satoshi other) { return value_ -= other.value_, *this; }

 private:
  std::int64_t value_ = 0;
};

inline constexpr std::int64_t kSatoshiPerBtc = 100'000'000;

inline constexpr std::int64_t kSecondsPerDay = 86'400;
/// The mean year of people and machines: of alarms, calls, thefts, wear.
inline constexpr double kDaysPerYear = 365.25;
inline constexpr double kDaysPerMonth = kDaysPerYear / 12.0;
/// The year by which markets quote: volatilities, drifts, interest, spikes of fees and of power.
inline constexpr double kDaysPerMarketYear = 365.0;

/// Radians of a full turn.
inline constexpr double kTurn = 2.0 * std::numbers::pi;

/// Expected hashes for one share of difficulty 1: 2^48 / (2^16 - 1), the work unit of this code.
inline constexpr double kHashesPerWork = 281474976710656.0 / 65535.0;

}  // namespace aicmp
