#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include <unistd.h>

#include "envs/environment.hpp"
#include "envs/workers.hpp"
#include "sim/base/error.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// The action of one row: `choice` if the problem is discrete, else `numbers`.
struct Action {
  std::int64_t choice = 0;
  std::span<const float> numbers;
};

/// What Problem::step says of a transition, beside the parts of its reward and its measures.
struct Transition {
  double dt = 1.0;          // of the problem's unit of time
  bool terminated = false;  // the episode ended by what happened in it
  bool truncated = false;   // it ended by its own clock
};

/// The most numbers of a transition (parts and measures) and the widest continuous action.
inline constexpr std::size_t kMostNumbers = 32;

/// A batch of one kind of problem. `Problem` is immutable and shared; what changes is its State,
/// which must be trivially copyable:
///
///     using State = ...;
///     const EnvSpec& spec() const;
///     void reset(State&, const WorldKey&) const;
///     bool allows(const State&, std::int64_t choice) const;            // discrete only
///     Transition step(State&, const Action&, std::span<double> numbers) const;
///     void observe(const State&, std::span<float>) const;
///     Action act(std::size_t policy, std::span<const double> parameters, const State&,
///                std::span<float> numbers) const;
///     std::optional<Optimum> optimum() const;
template <typename Problem>
class Batch final : public Environment {
 public:
  using State = typename Problem::State;
  static_assert(std::is_trivially_copyable_v<State>);

  Batch(Problem problem, const BatchOptions& options)
      : problem_(std::move(problem)), options_(options), rows_(options.size) {
    AICMP_ASSERT(options.size > 0 && options.threads > 0);
    AICMP_ASSERT(spec().info_width() <= kMostNumbers);
    for (const Field& field : spec().observation) {
      low_.push_back(static_cast<float>(field.low));
      high_.push_back(static_cast<float>(field.high));
    }
  }

  const EnvSpec& spec() const override { return problem_.spec(); }
  std::size_t size() const override { return rows_.size(); }
  bool running(std::size_t i) const override { return rows_[i].phase == Phase::kRunning; }

  void seed(std::size_t i, std::uint64_t seed) override {
    rows_[i].seed = seed;
    rows_[i].next_episode = 0;
  }

  void reset_into(std::span<const std::uint8_t> rows, const StepBuffers& out) override {
    share([&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        if (rows.empty() || rows[i] != 0) begin(i, out);
      }
    });
  }

  std::optional<std::size_t> refused(const Actions& actions) const override {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!accepts(rows_[i], action(actions, i))) return i;
    }
    return std::nullopt;
  }

  void step_into(const Actions& actions, const StepBuffers& out) override {
    share([&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) step(i, action(actions, i), out);
    });
  }

  void act(std::size_t policy, std::span<const double> parameters, std::int64_t* choices,
           float* numbers) const override {
    const std::size_t width = spec().action.numbers.size();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Action action = problem_.act(policy, parameters, rows_[i].state,
                                         {width > 0 ? numbers + i * width : nullptr, width});
      if (width == 0) choices[i] = action.choice;
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
    std::memcpy(&rows_[i], bytes.data(), sizeof(Row));
    return true;
  }

  void observe_into(const StepBuffers& out) const override {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      observe(rows_[i].state, i, out.observation, out.mask);
    }
  }

 private:
  enum class Phase : std::uint8_t { kIdle, kRunning, kEnded };
  struct Row {
    State state{};
    std::uint64_t seed = 0;
    std::uint32_t next_episode = 0;
    std::int64_t steps = 0;
    Phase phase = Phase::kIdle;
  };

  /// Rows for which a thread earns its wake-up.
  static constexpr std::size_t kRowsPerThread = 128;

  Action action(const Actions& actions, std::size_t i) const {
    const std::size_t width = spec().action.numbers.size();
    if (width == 0) return {actions.choices[i], {}};
    return {0, {actions.numbers + i * width, width}};
  }

  bool accepts(const Row& row, const Action& action) const {
    if (row.phase == Phase::kEnded) return options_.autoreset == Autoreset::kNextStep;
    if (row.phase == Phase::kIdle) return false;
    const ActionSpec& actions = spec().action;
    if (actions.discrete()) {
      return action.choice >= 0 &&
             action.choice < static_cast<std::int64_t>(actions.choices.size()) &&
             problem_.allows(row.state, action.choice);
    }
    for (std::size_t k = 0; k < action.numbers.size(); ++k) {
      const double number = action.numbers[k];
      // A NaN fails both comparisons.
      if (!(number >= actions.numbers[k].low && number <= actions.numbers[k].high)) return false;
    }
    return true;
  }

  template <typename Body>
  void share(const Body& body) {
    const std::size_t useful = rows_.size() / kRowsPerThread;
    const int threads =
        static_cast<int>(std::min(useful, static_cast<std::size_t>(options_.threads)));
    if (threads < 2) return body(0, rows_.size());
    if (!workers_ || workers_of_ != getpid()) {  // threads do not survive a fork
      if (workers_) static_cast<void>(workers_.release());
      workers_ = std::make_unique<Workers>(threads);
      workers_of_ = getpid();
    }
    workers_->share(rows_.size(), body);
  }

  void observe(const State& state, std::size_t i, float* observations, std::int8_t* masks) const {
    const std::size_t width = low_.size();
    float* observation = observations + i * width;
    problem_.observe(state, {observation, width});
    for (std::size_t k = 0; k < width; ++k) {
      observation[k] = std::clamp(observation[k], low_[k], high_[k]);
    }
    if (!spec().action.masked) return;
    const std::size_t choices = spec().action.choices.size();
    for (std::size_t c = 0; c < choices; ++c) {
      masks[i * choices + c] = problem_.allows(state, static_cast<std::int64_t>(c)) ? 1 : 0;
    }
  }

  /// Starts the next episode of row i; its observation goes to `out`, its numbers are zero.
  void begin(std::size_t i, const StepBuffers& out) {
    Row& row = rows_[i];
    problem_.reset(row.state, {row.seed, options_.split, row.next_episode++});
    row.steps = 0;
    row.phase = Phase::kRunning;
    observe(row.state, i, out.observation, out.mask);
    for (std::size_t k = 0; k < spec().info_width(); ++k) out.info[k * rows_.size() + i] = 0.0;
  }

  void step(std::size_t i, const Action& action, const StepBuffers& out) {
    Row& row = rows_[i];
    if (row.phase == Phase::kEnded) {
      out.reward[i] = 0.0;
      out.terminated[i] = out.truncated[i] = false;
      return begin(i, out);
    }
    std::array<double, kMostNumbers> numbers;
    const std::size_t width = spec().info_width() - 1;
    const Transition transition = problem_.step(row.state, action, {numbers.data(), width});
    ++row.steps;
    double reward = 0.0;
    for (std::size_t k = 0; k < spec().parts.size(); ++k) reward += numbers[k];
    const bool truncated =
        !transition.terminated && (transition.truncated || row.steps >= spec().max_steps);
    out.reward[i] = reward;
    out.terminated[i] = transition.terminated;
    out.truncated[i] = truncated;
    const bool ended = transition.terminated || truncated;
    const bool restart = ended && options_.autoreset == Autoreset::kSameStep;
    double* info = restart ? out.final_info : out.info;
    info[i] = transition.dt;
    for (std::size_t k = 0; k < width; ++k) info[(k + 1) * rows_.size() + i] = numbers[k];
    if (restart) {
      observe(row.state, i, out.final_observation, out.final_mask);
      return begin(i, out);
    }
    observe(row.state, i, out.observation, out.mask);
    if (ended) row.phase = Phase::kEnded;
  }

  Problem problem_;
  BatchOptions options_;
  std::vector<Row> rows_;
  std::vector<float> low_;
  std::vector<float> high_;
  std::unique_ptr<Workers> workers_;
  pid_t workers_of_ = 0;
};

}  // namespace aicmp
