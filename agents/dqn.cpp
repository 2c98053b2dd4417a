#include "agents/dqn.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "agents/policy_model.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr double kDqnAdamEpsilon = 1e-8;
/// Steps of all environments in an iteration.
constexpr std::size_t kIterationSteps = 256;

std::size_t choices_of(const EnvSpec& spec) {
  const ActionHead head(spec.action);
  if (head.sets().size() != 1) {
    throw ConfigError({}, "train.algorithm",
                      fmt::format("DQN cannot act in {}: it chooses one of several", spec.id),
                      "ppo, a2c");
  }
  return head.sets().front();
}

void check(const RunSettings& run) {
  if (run.lstm_size > 0) {
    throw ConfigError({}, "net.lstm_size", "DQN learns no policy with a memory", "0, ppo, a2c");
  }
  if (run.device != Device::kCpu) {
    throw ConfigError({}, "train.device", "DQN learns on the CPU only", "cpu, ppo, a2c");
  }
}

std::size_t as_size(std::int64_t number) {
  return static_cast<std::size_t>(number);
}

}  // namespace

Dqn::Dqn(const RunSettings& run, const DqnConfig& config, std::unique_ptr<Environment> env)
    : run_(run),
      config_(config),
      play_(std::move(env), run.seed, run.less),
      net_(play_.spec().observation.size(), run.hidden, choices_of(play_.spec()), run.activation,
           config.dueling),
      parameters_(net_.size()),
      slopes_(net_.size()),
      target_(net_.size()),
      adam_(net_.size(), kDqnAdamEpsilon),
      replay_({as_size(config.replay_size), net_.mlp().inputs(),
               play_.mask() == nullptr ? 0 : net_.choices(), config.priority_power}),
      n_step_(as_size(config.n_step), play_.size(), net_.mlp().inputs()),
      observed_(net_.mlp().inputs()),
      scale_(net_.mlp().inputs()),
      rewards_(run.rewards, play_.size()),
      gradient_(net_, replay_, scale_, rewards_, config.double_q, *run.workers),
      space_(net_.mlp().workspace()),
      indices_(as_size(config.batch)),
      acting_x_(play_.size() * net_.mlp().inputs()),
      acting_q_(play_.size() * net_.choices()),
      weight_(indices_.size()),
      error_(indices_.size()),
      previous_(acting_x_.size()),
      choices_(play_.size()) {
  check(run);
  Rng rng = policy_rng(run.seed, PolicyStream::kWeights);
  net_.initialise(parameters_.data(), rng);
  std::copy_n(parameters_.data(), net_.size(), target_.data());
}

std::int64_t Dqn::steps_per_iteration() const {
  const std::size_t rounds = std::max<std::size_t>(1, kIterationSteps / play_.size());
  return static_cast<std::int64_t>(rounds * play_.size());
}

double Dqn::epsilon() const {
  const double done = static_cast<double>(steps_) /
                      (config_.exploration * static_cast<double>(run_.total_steps) + 1.0);
  return config_.epsilon_start +
         std::min(done, 1.0) * (config_.epsilon_end - config_.epsilon_start);
}

double Dqn::learning_rate() const {
  if (!config_.anneal) return config_.learning_rate;
  const double done = static_cast<double>(steps_) / static_cast<double>(run_.total_steps);
  return config_.learning_rate * std::max(0.0, 1.0 - done);
}

void Dqn::iterate() {
  const auto block = static_cast<std::uint32_t>(iterations_);
  Rng acting = policy_rng(run_.seed, PolicyStream::kActions, block);
  Rng drawing = policy_rng(run_.seed, PolicyStream::kReplay, block);
  const auto envs = static_cast<std::int64_t>(play_.size());
  td_loss_ = q_values_ = 0.0;
  const std::int64_t first_lesson = lessons_;
  for (std::int64_t end = steps_ + steps_per_iteration(); steps_ < end;) {
    act(acting);
    steps_ += envs;
    const std::size_t needed = as_size(std::max(config_.learning_starts, config_.batch));
    if (replay_.size() >= std::min(needed, as_size(config_.replay_size))) {
      for (std::int64_t due = (steps_ - envs) / config_.train_every;
           due < steps_ / config_.train_every; ++due) {
        learn(drawing);
      }
    }
    if (steps_ / config_.target_steps != (steps_ - envs) / config_.target_steps) update_target();
  }
  const auto lessons = static_cast<double>(std::max<std::int64_t>(1, lessons_ - first_lesson));
  td_loss_ /= lessons;
  q_values_ /= lessons;
  if (run_.normalise_observations) scale_.set(observed_);
  ++iterations_;
}

void Dqn::act(Rng& rng) {
  const std::size_t envs = play_.size();
  const std::size_t inputs = net_.mlp().inputs();
  scale_.apply(play_.observation(), envs, acting_x_.data());
  for (std::size_t first = 0; first < envs; first += kChunkRows) {
    const std::size_t count = std::min(kChunkRows, envs - first);
    net_.forward(parameters_.data(), acting_x_.data() + first * inputs, count, space_,
                 acting_q_.data() + first * net_.choices());
  }
  for (std::size_t i = 0; i < envs; ++i) {
    const std::int8_t* mask = play_.mask() == nullptr ? nullptr : play_.mask() + i * net_.choices();
    float* q = acting_q_.data() + i * net_.choices();
    if (uniform(rng) < epsilon()) {
      // The greatest of equal noise is a uniform choice among those that the mask leaves.
      for (std::size_t j = 0; j < net_.choices(); ++j) q[j] = static_cast<float>(uniform(rng));
    }
    choices_[i] = net_.best(q, mask);
  }
  std::copy_n(play_.observation(), previous_.size(), previous_.data());
  if (run_.normalise_observations) observed_.add(previous_.data(), envs);
  play_.step(choices_.data(), nullptr);

  for (std::size_t i = 0; i < envs; ++i) {
    const double dt = play_.dt(i);
    n_step_.add(i,
                {previous_.data() + i * inputs, play_.next_observation(i),
                 play_.mask() == nullptr ? nullptr : play_.next_mask(i), choices_[i],
                 play_.reward(i), dt, std::pow(run_.rewards.discount, dt)},
                play_.terminated(i), play_.ended(i), replay_);
    rewards_.observe(i, play_.reward(i), dt, play_.ended(i));
  }
}

void Dqn::learn(Rng& rng) {
  replay_.draw(rng, indices_);
  replay_.prefetch(rng, indices_.size());
  const double done = static_cast<double>(steps_) / static_cast<double>(run_.total_steps);
  const double importance =
      config_.importance_power + std::min(done, 1.0) * (1.0 - config_.importance_power);
  replay_.weights(indices_, importance, weight_);
  const QLoss loss = gradient_.differentiate(parameters_.data(), target_.data(), indices_, weight_,
                                             slopes_.data(), error_);
  for (std::size_t i = 0; i < indices_.size(); ++i) {
    replay_.set_error(indices_[i], static_cast<double>(error_[i]));
  }
  const double norm = std::isfinite(loss.td)
                          ? adam_.step(slopes_.data(), parameters_.data(), learning_rate(),
                                       config_.max_gradient_norm, *run_.workers)
                          : loss.td;
  if (!std::isfinite(norm)) {
    throw Diverged(fmt::format(
        "the {} is not finite after {} steps (learning rate {}): look at the rewards of the "
        "problem, or try a lower learning rate",
        std::isfinite(loss.td) ? "gradient" : "loss", steps_, learning_rate()));
  }
  td_loss_ += loss.td;
  q_values_ += loss.q;
  ++lessons_;
}

void Dqn::update_target() {
  const auto weight = static_cast<float>(config_.target_weight);
  const float* values = parameters_.data();
  for (std::size_t i = 0; i < target_.size(); ++i) {
    target_[i] = weight * values[i] + (1.0f - weight) * target_[i];
  }
}

Metrics Dqn::metrics() const {
  return {{"charts/episodic_return", play_.episodes().mean_return()},
          {"charts/episodic_length", play_.episodes().mean_length()},
          {"charts/score", play_.episodes().mean_score()},
          {"charts/learning_rate", learning_rate()},
          {"charts/epsilon", epsilon()},
          {"losses/td_loss", td_loss_},
          {"losses/q_values", q_values_}};
}

PolicyModel Dqn::policy() const {
  // Without the value, which is last, a dueling net's advantages have the same order as Q.
  return policy_model(play_.spec(), net_.mlp(), parameters_.data(),
                      run_.normalise_observations ? &observed_ : nullptr, nullptr);
}

void Dqn::save(Archive& archive) const {
  archive.put("iterations", iterations_);
  archive.put("steps", steps_);
  archive.put("lessons", lessons_);
  archive.put("td_loss", td_loss_);
  archive.put("q_values", q_values_);
  archive.put("parameters", parameters_.data(), parameters_.size());
  archive.put("target", target_.data(), target_.size());
  adam_.save(archive);
  replay_.save(archive);
  n_step_.save(archive);
  observed_.save(archive, "observed");
  rewards_.save(archive);
  play_.save(archive);
}

void Dqn::load(const Archive& archive) {
  archive.get("iterations", iterations_);
  archive.get("steps", steps_);
  archive.get("lessons", lessons_);
  archive.get("td_loss", td_loss_);
  archive.get("q_values", q_values_);
  archive.get("parameters", parameters_.data(), parameters_.size());
  archive.get("target", target_.data(), target_.size());
  adam_.load(archive);
  replay_.load(archive);
  n_step_.load(archive);
  observed_.load(archive, "observed");
  if (run_.normalise_observations && observed_.count() > 0.0) scale_.set(observed_);
  rewards_.load(archive);
  play_.load(archive);
}

}  // namespace aicmp
