#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

namespace aicmp {

/// The most shares that a front end lets one connection send, 16 Mbit/s of messages: no job is
/// easier, whatever a rule wants.
inline constexpr double kMostSharesPerS = 1e4;

/// What a rule remembers of one connection: trivially copyable, so that batches of connections are
/// plain arrays. Made by VardiffRule::start().
struct VardiffState {
  /// Of the jobs that the connection gets from now on, in difficulty-1 shares.
  double difficulty = 1.0;
  /// No share needs to be harder: the network's difficulty.
  double ceiling = std::numeric_limits<double>::infinity();
  /// No share may be easier, or its miner would send more than kMostSharesPerS.
  double floor = 0.0;
  /// Round trip of the connection.
  double rtt_s = 0.0;
  alignas(double) std::array<std::byte, 400> memory{};

  /// From now on the miner does `work_per_s` difficulty-1 shares a second, and blocks have that
  /// difficulty.
  void bound(double work_per_s, double network_difficulty);
};
static_assert(std::is_trivially_copyable_v<VardiffState>);

/// A new difficulty for a connection. Work in hand keeps the difficulty that its job was issued
/// with: the change acts from the next job, or at once by a clean job, which throws away what the
/// miner is working on.
struct DifficultyChange {
  double difficulty = 1.0;
  bool clean_job = false;
};

/// Until `until_s` no share can bring a change, and of the shares before that only the latest
/// `latest` will matter, after the one that came first of all.
struct Lull {
  double until_s = -std::numeric_limits<double>::infinity();
  std::int64_t latest = 0;
};

/// Bounds of every difficulty that a rule sets.
struct DifficultyRange {
  double min = 1e-5;
  double max = 1e18;
};

/// A share-difficulty controller ("vardiff"): decides the difficulty of a connection from its
/// accepted shares and from the clock. An immutable rule; all that it learns is in the state, and
/// equal calls give equal results. Times are seconds since any fixed moment and never go back.
class VardiffRule {
 public:
  explicit VardiffRule(const DifficultyRange& range) : range_(range) {}
  virtual ~VardiffRule() = default;

  /// A connection that begins at `now_s` with this difficulty (taken into the rule's range).
  VardiffState start(double difficulty, double now_s) const;

  /// An accepted share at `now_s`; `difficulty` is that of its job.
  virtual std::optional<DifficultyChange> on_share(VardiffState& state, double now_s,
                                                   double difficulty) const = 0;
  /// The clock struck a multiple of poll_s() since the start.
  virtual std::optional<DifficultyChange> on_poll(VardiffState&, double /*now_s*/) const {
    return {};
  }
  /// Seconds between polls; infinite: none.
  virtual double poll_s() const { return std::numeric_limits<double>::infinity(); }

  /// That many shares between two times, taken as spread evenly; those after a change are left out.
  virtual std::optional<DifficultyChange> on_shares(VardiffState& state, std::int64_t count,
                                                    double begin_s, double end_s,
                                                    double difficulty) const;
  /// That many shares were refused: of a block that is not the newest, or for anything else.
  virtual void on_refused(VardiffState&, std::int64_t /*stale*/, std::int64_t /*rejected*/) const {}

  /// False if on_shares() loses nothing against single shares, as of rules that only count.
  virtual bool reads_times() const { return true; }
  /// For those who may leave shares out that come to nothing.
  virtual Lull lull(const VardiffState&) const { return {}; }
  /// That many shares were left out.
  virtual void leave_out(VardiffState&, std::int64_t /*count*/) const {}

 protected:
  /// The change to `wanted`, taken into the range, floor and ceiling; none if nothing changes.
  std::optional<DifficultyChange> change(VardiffState& state, double wanted,
                                         bool clean_job = false) const;
  const DifficultyRange& range() const { return range_; }

 private:
  virtual void begin(VardiffState& state, double now_s) const = 0;

  DifficultyRange range_;
};

}  // namespace aicmp
