#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "envs/environment.hpp"
#include "envs/workers.hpp"
#include "sim/base/error.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// The action of one row: a choice of each set, or numbers.
struct Action {
  std::span<const std::int64_t> choices;
  std::span<const float> numbers;

  std::int64_t choice() const { return choices[0]; }
};

/// Where a policy writes the action of one row.
struct Decision {
  std::span<std::int64_t> choices;
  std::span<float> numbers;
};

/// What Problem::step says of a transition, beside the parts of its reward and its measures.
struct Transition {
  double dt = 1.0;          // of the problem's unit of time
  bool terminated = false;  // the episode ended by what happened in it
  bool truncated = false;   // it ended by its own clock
};

/// The most numbers of a transition (parts and measures) and the widest continuous action.
inline constexpr std::size_t kMostNumbers = 32;

/// What a policy of a problem remembers of a row from act to act: a Problem::Memory, if it has one.
template <typename Problem>
struct PolicyMemory {
  struct Type {};
};
template <typename Problem>
requires requires {
  typename Problem::Memory;
}
struct PolicyMemory<Problem> {
  using Type = typename Problem::Memory;
};

/// A batch of one kind of problem. `Problem` is immutable and shared; what changes is its State,
/// which must be trivially copyable:
///
///     using State = ...;
///     const EnvSpec& spec() const;
///     void reset(State&, const WorldKey&) const;
///     Transition step(State&, const Action&, std::span<double> numbers) const;
///     void observe(const State&, std::span<float>) const;
///     void act(std::size_t policy, std::span<const double> parameters, const State&,
///              const Decision&) const;
///     std::optional<Optimum> optimum() const;
///
/// and, where it needs them,
///
///     using Memory = ...;  // act() then takes a Memory& before the decision: new in each episode
///     bool allows(const State&, std::size_t set, std::int64_t choice) const;  // if masked
///     void foresee(const State&, std::span<float>) const;  // if it has oracle fields
template <typename Problem>
class Batch final : public Environment {
 public:
  using State = typename Problem::State;
  static_assert(std::is_trivially_copyable_v<State>);

  Batch(Problem problem, const BatchOptions& options)
      : problem_(std::move(problem)),
        spec_(problem_.spec()),
        options_(options),
        rows_(options.size),
        stopped_(options.size),
        known_(spec_.observation.size()),
        sets_(spec_.action.sets.size()),
        numbers_(spec_.action.numbers.size()),
        info_width_(spec_.info_width()),
        choices_(spec_.action.choices()) {
    AICMP_ASSERT(options.size > 0 && options.threads > 0 && options.max_steps >= 0);
    AICMP_ASSERT(info_width_ <= kMostNumbers);
    AICMP_ASSERT((sets_ == 0) != (numbers_ == 0));
    if (options.max_steps > 0) spec_.max_steps = std::min(spec_.max_steps, options.max_steps);
    if (options.oracle) {
      spec_.observation.insert(spec_.observation.end(), spec_.oracle.begin(), spec_.oracle.end());
    }
    for (const Field& field : spec_.observation) {
      low_.push_back(static_cast<float>(field.low));
      high_.push_back(static_cast<float>(field.high));
    }
  }

  const EnvSpec& spec() const override { return spec_; }
  std::size_t size() const override { return rows_.size(); }
  bool running(std::size_t i) const override { return rows_[i].phase == Phase::kRunning; }

  void seed(std::size_t i, std::uint64_t seed) override {
    rows_[i].seed = seed;
    rows_[i].next_episode = 0;
  }

  void reset_into(std::span<const std::uint8_t> rows, const StepBuffers& out) override {
    share([&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        if (!rows.empty() && rows[i] == 0) continue;
        begin(i, out);
        clamp(i, 1, out.observation);
        put_info(i, {}, out.info);
      }
    });
  }

  std::optional<std::size_t> refused(const Actions& actions) const override {
    // Most batches need no look at their rows, which other cores hold in their caches.
    if (stopped_ == 0 && !spec_.action.masked && in_range(actions, 0, rows_.size())) return {};
    std::atomic<std::size_t> refused = rows_.size();
    share([&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        if (accepts(i, actions)) continue;
        for (std::size_t old = refused; i < old && !refused.compare_exchange_weak(old, i);) {
        }
        return;
      }
    });
    return refused < rows_.size() ? std::optional(refused.load()) : std::nullopt;
  }

  void step_into(const Actions& actions, const StepBuffers& out) override {
    share([&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; i += kTile) {
        step_tile(i, std::min(kTile, last - i), actions, out);
      }
    });
  }

  void act(std::size_t policy, std::span<const double> parameters, std::int64_t* choices,
           float* numbers) const override {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!running(i)) continue;
      const Decision decision{{choices + i * sets_, sets_}, {numbers + i * numbers_, numbers_}};
      if constexpr (requires { typename Problem::Memory; }) {
        memories_.resize(rows_.size());
        problem_.act(policy, parameters, rows_[i].state, memories_[i], decision);
      } else {
        problem_.act(policy, parameters, rows_[i].state, decision);
      }
    }
  }

  std::optional<Optimum> optimum() const override { return problem_.optimum(); }

  std::string save(std::size_t i) const override {
    std::string bytes(sizeof(Row), '\0');
    std::memcpy(bytes.data(), &rows_[i], sizeof(Row));
    return bytes;
  }

  bool restore(std::size_t i, const std::string& bytes) override {
    if (bytes.size() != sizeof(Row)) return false;
    stopped_ -= is_stopped(rows_[i]);
    std::memcpy(&rows_[i], bytes.data(), sizeof(Row));
    stopped_ += is_stopped(rows_[i]);
    return true;
  }

  void observe_into(const StepBuffers& out) const override {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].phase == Phase::kIdle) continue;
      observe(rows_[i].state, i, out.observation, out.mask);
      clamp(i, 1, out.observation);
    }
  }

 private:
  enum class Phase : std::uint8_t { kIdle, kRunning, kEnded };
  struct Row {
    State state{};
    std::uint64_t seed = 0;
    std::int64_t steps = 0;
    std::uint32_t next_episode = 0;
    Phase phase = Phase::kIdle;
  };
  using Info = std::array<double, kMostNumbers>;  // of one row

  /// Rows that step before what they say is written and clamped. Fields of info that lie a power of
  /// two apart share few lines of a cache, so a whole line of each is written at once.
  static constexpr std::size_t kTile = 8;

  /// Rows for which a thread earns its wake-up.
  static constexpr std::size_t kRowsPerThread = 128;

  Action action(const Actions& actions, std::size_t i) const {
    return {{actions.choices + i * sets_, sets_}, {actions.numbers + i * numbers_, numbers_}};
  }

  bool allows(const State& state, std::size_t set, std::int64_t choice) const {
    if constexpr (requires { problem_.allows(state, set, choice); }) {
      return problem_.allows(state, set, choice);
    }
    return true;
  }

  /// True if no action leads on before a reset.
  bool is_stopped(const Row& row) const {
    return row.phase == Phase::kIdle ||
           (row.phase == Phase::kEnded && options_.autoreset != Autoreset::kNextStep);
  }

  /// True if the actions of rows [first, last) are choices and numbers of the spec.
  bool in_range(const Actions& actions, std::size_t first, std::size_t last) const {
    for (std::size_t set = 0; set < sets_; ++set) {
      const std::uint64_t count = spec_.action.sets[set].choices.size();
      for (std::size_t i = first; i < last; ++i) {
        if (static_cast<std::uint64_t>(actions.choices[i * sets_ + set]) >= count) return false;
      }
    }
    for (std::size_t k = 0; k < numbers_; ++k) {
      const auto low = static_cast<float>(spec_.action.numbers[k].low);
      const auto high = static_cast<float>(spec_.action.numbers[k].high);
      for (std::size_t i = first; i < last; ++i) {
        const float number = actions.numbers[i * numbers_ + k];
        if (!(number >= low && number <= high)) return false;  // a NaN fails both
      }
    }
    return true;
  }

  bool accepts(std::size_t i, const Actions& actions) const {
    const Row& row = rows_[i];
    if (row.phase != Phase::kRunning) return !is_stopped(row);
    if (!in_range(actions, i, i + 1)) return false;
    for (std::size_t set = 0; set < sets_; ++set) {
      if (!allows(row.state, set, actions.choices[i * sets_ + set])) return false;
    }
    return true;
  }

  template <typename Body>
  void share(const Body& body) const {
    const std::size_t useful = rows_.size() / kRowsPerThread;
    const int threads =
        static_cast<int>(std::min(useful, static_cast<std::size_t>(options_.threads)));
    if (threads < 2) return body(0, rows_.size());
    if (!options_.workers) options_.workers = std::make_shared<Workers>(threads);
    options_.workers->share(rows_.size(), body);
  }

  /// Holds observations of `rows` rows from `first` on within what the spec says.
  void clamp(std::size_t first, std::size_t rows, float* observations) const {
    const std::size_t width = low_.size();
    for (std::size_t k = 0; k < width; ++k) {
      float* number = observations + first * width + k;
      const float low = low_[k];
      const float high = high_[k];
      for (std::size_t j = 0; j < rows; ++j, number += width) {
        *number = std::clamp(*number, low, high);
      }
    }
  }

  /// The observation is still to be clamped.
  void observe(const State& state, std::size_t i, float* observations, std::int8_t* masks) const {
    const std::size_t width = low_.size();
    float* observation = observations + i * width;
    problem_.observe(state, {observation, known_});
    if constexpr (requires { problem_.foresee(state, std::span<float>()); }) {
      if (options_.oracle) problem_.foresee(state, {observation + known_, width - known_});
    }
    if (!spec_.action.masked) return;
    std::int8_t* mask = masks + i * choices_;
    for (std::size_t set = 0; set < sets_; ++set) {
      const auto count = static_cast<std::int64_t>(spec_.action.sets[set].choices.size());
      for (std::int64_t choice = 0; choice < count; ++choice) {
        *mask++ = allows(state, set, choice) ? 1 : 0;
      }
    }
  }

  void put_info(std::size_t i, const Info& info, double* infos) const {
    for (std::size_t k = 0; k < info_width_; ++k) infos[k * rows_.size() + i] = info[k];
  }

  /// Starts the next episode of row i; its observation, still to be clamped, goes to `out`.
  void begin(std::size_t i, const StepBuffers& out) {
    Row& row = rows_[i];
    stopped_ -= is_stopped(row);
    problem_.reset(row.state, {row.seed, options_.split, row.next_episode++});
    row.steps = 0;
    if (!memories_.empty()) memories_[i] = {};
    row.phase = Phase::kRunning;
    observe(row.state, i, out.observation, out.mask);
  }

  void step_tile(std::size_t first, std::size_t rows, const Actions& actions,
                 const StepBuffers& out) {
    std::array<Info, kTile> infos;
    for (std::size_t j = 0; j < rows; ++j) {
      step(first + j, action(actions, first + j), out, infos[j]);
    }
    for (std::size_t k = 0; k < info_width_; ++k) {
      double* field = out.info + k * rows_.size() + first;
      for (std::size_t j = 0; j < rows; ++j) field[j] = infos[j][k];
    }
    clamp(first, rows, out.observation);
  }

  /// All but the info of this step, and the limits of its observation, goes to `out`.
  void step(std::size_t i, const Action& action, const StepBuffers& out, Info& info) {
    Row& row = rows_[i];
    if (row.phase == Phase::kEnded) {
      out.reward[i] = 0.0;
      out.terminated[i] = out.truncated[i] = false;
      info.fill(0.0);
      return begin(i, out);
    }
    const std::span<double> numbers(info.data() + 1, info_width_ - 1);
    const Transition transition = problem_.step(row.state, action, numbers);
    info[0] = transition.dt;
    ++row.steps;
    double reward = 0.0;
    for (std::size_t k = 0; k < spec_.parts.size(); ++k) reward += numbers[k];
    const bool truncated =
        !transition.terminated && (transition.truncated || row.steps >= spec_.max_steps);
    out.reward[i] = reward;
    out.terminated[i] = transition.terminated;
    out.truncated[i] = truncated;
    const bool ended = transition.terminated || truncated;
    if (ended && options_.autoreset == Autoreset::kSameStep) {
      put_info(i, info, out.final_info);
      observe(row.state, i, out.final_observation, out.final_mask);
      clamp(i, 1, out.final_observation);
      info.fill(0.0);
      return begin(i, out);
    }
    observe(row.state, i, out.observation, out.mask);
    if (!ended) return;
    row.phase = Phase::kEnded;
    stopped_ += is_stopped(row);
  }

  Problem problem_;
  EnvSpec spec_;
  mutable BatchOptions options_;  // the workers are made when they are needed
  std::vector<Row> rows_;
  std::atomic<std::size_t> stopped_;  // rows that only a reset brings on
  mutable std::vector<typename PolicyMemory<Problem>::Type> memories_;  // of the last policy to act
  std::size_t known_;  // numbers of an observation before the oracle's
  std::size_t sets_;
  std::size_t numbers_;
  std::size_t info_width_;
  std::size_t choices_;
  std::vector<float> low_;
  std::vector<float> high_;
};

}  // namespace aicmp
