#include "agents/play.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {

Rng policy_rng(std::uint64_t seed, PolicyStream stream, std::uint32_t block, std::uint32_t group) {
  return Rng(WorldKey{seed, group, 0}, StreamId::kPolicy, static_cast<std::uint32_t>(stream),
             block);
}

EpisodeLog::EpisodeLog(Score score, double discount, std::size_t envs)
    : score_(score), discount_(discount), running_(envs) {}

void EpisodeLog::add(std::size_t env, double reward, double dt, bool ended) {
  Running& run = running_[env];
  run.sum += reward;
  run.time += dt;
  run.steps += 1.0;
  if (score_ == Score::kDiscounted) {
    run.discounted += run.factor * reward;
    run.factor *= std::pow(discount_, dt);
  }
  if (!ended) return;
  const double score = score_ == Score::kRate    ? run.sum / run.time
                       : score_ == Score::kTotal ? run.sum
                                                 : run.discounted;
  const Finished finished{run.sum, run.steps, score};
  if (finished_.size() < kKept) {
    finished_.push_back(finished);
  } else {
    finished_[static_cast<std::size_t>(episodes_) % kKept] = finished;
  }
  ++episodes_;
  run = {};
}

double EpisodeLog::mean(double Finished::*number) const {
  if (finished_.empty()) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  for (const Finished& finished : finished_) sum += finished.*number;
  return sum / static_cast<double>(finished_.size());
}

void EpisodeLog::save(Archive& archive) const {
  archive.put("episodes.count", episodes_);
  archive.put("episodes.running", running_.data(), running_.size());
  archive.put("episodes.finished", finished_.data(), finished_.size());
}

void EpisodeLog::load(const Archive& archive) {
  archive.get("episodes.count", episodes_);
  archive.get("episodes.running", running_.data(), running_.size());
  finished_.resize(std::min(static_cast<std::size_t>(episodes_), kKept));
  archive.get("episodes.finished", finished_.data(), finished_.size());
}

Play::Play(std::unique_ptr<Environment> env, std::uint64_t seed, std::optional<std::size_t> less)
    : env_(std::move(env)),
      less_(less),
      episodes_(spec().score, spec().discount, size()),
      observation_(size() * spec().observation.size()),
      final_observation_(observation_.size()),
      numbers_(size() * spec().action.numbers.size()),
      reward_(size()),
      info_(size() * spec().info_width()),
      final_info_(info_.size()),
      terminated_(std::make_unique<bool[]>(size())),
      truncated_(std::make_unique<bool[]>(size())),
      mask_(size() * spec().action.choices()),
      final_mask_(mask_.size()) {
  Rng worlds = policy_rng(seed, PolicyStream::kWorlds);
  for (std::size_t i = 0; i < size(); ++i) env_->seed(i, worlds());
  env_->reset_into({}, buffers());
}

StepBuffers Play::buffers() {
  return {observation_.data(),       reward_.data(),     terminated_.get(),
          truncated_.get(),          info_.data(),       mask_.data(),
          final_observation_.data(), final_info_.data(), final_mask_.data()};
}

void Play::ask(std::size_t policy, std::span<const double> parameters, std::int64_t* choices,
               float* numbers) const {
  env_->act(policy, parameters, choices, numbers);
  const std::vector<Field>& fields = spec().action.numbers;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const Field& field = fields[i % fields.size()];
    const double part = (static_cast<double>(numbers[i]) - field.low) / (field.high - field.low);
    numbers[i] = static_cast<float>(2.0 * part - 1.0);
  }
}

void Play::step(const std::int64_t* choices, const float* numbers) {
  const std::vector<Field>& fields = spec().action.numbers;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const Field& field = fields[i % fields.size()];
    const auto low = static_cast<float>(field.low);
    const auto high = static_cast<float>(field.high);
    const float part = 0.5f * (std::clamp(numbers[i], -1.0f, 1.0f) + 1.0f);
    numbers_[i] = std::clamp(low + part * (high - low), low, high);
  }
  env_->step_into({.choices = choices, .numbers = numbers_.data()}, buffers());
  for (std::size_t i = 0; i < size(); ++i) episodes_.add(i, reward_[i], dt(i), ended(i));
}

void Play::save(Archive& archive) const {
  for (std::size_t i = 0; i < size(); ++i) archive.put(fmt::format("env.{}", i), env_->save(i));
  episodes_.save(archive);
}

void Play::load(const Archive& archive) {
  for (std::size_t i = 0; i < size(); ++i) {
    const std::string name = fmt::format("env.{}", i);
    if (!env_->restore(i, archive.get(name))) {
      throw ConfigError({}, name, "the checkpoint is of another problem");
    }
  }
  episodes_.load(archive);
  env_->observe_into(buffers());
}

}  // namespace aicmp
