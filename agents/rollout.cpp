#include "agents/rollout.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {

Rollout::Rollout(std::size_t steps, const Play& play, const ActorCritic& net, Workers& workers)
    : net_(net),
      workers_(workers),
      spaces_(workers.threads(), net.workspace()),
      steps_(steps),
      envs_(play.size()),
      width_(play.spec().observation.size()),
      mask_width_(play.mask() == nullptr ? 0 : net.head().outputs()),
      state_width_(net.state_width()),
      observation_(size() * width_),
      numbers_(size() * net.head().numbers()),
      log_prob_(size()),
      value_(size()),
      next_value_(size()),
      discount_(size()),
      reward_(size()),
      advantage_(size()),
      value_target_(size()),
      raw_(size() * width_),
      choices_(size() * net.head().sets().size()),
      played_choices_(envs_ * net.head().sets().size()),
      mask_(size() * mask_width_),
      terminated_(size()),
      ended_(size()),
      raw_reward_(size()),
      dt_(size()),
      final_observation_(envs_ * width_),
      final_value_(envs_),
      played_numbers_(envs_ * net.head().numbers()),
      state_(envs_ * state_width_),
      first_state_(state_.size()),
      final_state_(state_.size()) {}

template <typename Body>
void Rollout::share(std::size_t count, const Body& body) {
  const std::size_t parts = std::min(count, spaces_.size());
  workers_.share(parts, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      body(count * i / parts, count * (i + 1) / parts, spaces_[i]);
    }
  });
}

void Rollout::act(const Play& play, const float* parameters, const ObservationScale& scale,
                  std::size_t t, std::vector<Rng>& rngs) {
  share(groups(), [&](std::size_t first, std::size_t last, ActorCritic::Workspace& space) {
    for (std::size_t group = first; group < last; ++group) {
      const std::size_t env = group * kGroupRows;
      const std::size_t count = std::min(kGroupRows, envs_ - env);
      const std::size_t at = t * envs_ + env;
      float* x = observation_.data() + at * width_;
      scale.apply(play.observation() + env * width_, count, x);
      std::int8_t* mask = nullptr;
      if (mask_width_ > 0) {
        mask = mask_.data() + at * mask_width_;
        std::copy_n(play.mask() + env * mask_width_, count * mask_width_, mask);
      }
      // What does not remember has its values found at the end, all at once.
      float* values = net_.memory() ? value_.data() + at : nullptr;
      net_.act(parameters, x, count, mask, rngs[group],
               {choices_.data() + at * net_.head().sets().size(),
                numbers_.data() + at * net_.head().numbers(), log_prob_.data() + at},
               state_.data() + env * state_width_, values, space);
    }
  });
}

void Rollout::collect(Play& play, const float* parameters, const ObservationScale& scale,
                      double discount, std::vector<Rng> rngs, RunningMoments* seen,
                      const Imitation* teacher) {
  first_state_ = state_;
  const float log_discount = static_cast<float>(std::log(discount));
  for (std::size_t t = 0; t < steps_; ++t) {
    const std::size_t first = t * envs_;
    if (seen != nullptr) {
      std::copy_n(play.observation(), envs_ * width_, raw_.data() + first * width_);
    }
    act(play, parameters, scale, t, rngs);
    std::int64_t* choices = choices_.data() + first * net_.head().sets().size();
    float* numbers = numbers_.data() + first * net_.head().numbers();
    if (teacher != nullptr) {
      std::copy_n(choices, played_choices_.size(), played_choices_.data());
      std::copy_n(numbers, played_numbers_.size(), played_numbers_.data());
      play.ask(teacher->policy, teacher->parameters, choices, numbers);
    }
    if (teacher != nullptr && teacher->policy_plays) {
      play.step(played_choices_.data(), played_numbers_.data());
    } else {
      play.step(choices, numbers);
    }

    final_rows_.clear();
    for (std::size_t i = 0; i < envs_; ++i) {
      const std::size_t at = first + i;
      raw_reward_[at] = play.reward(i);
      dt_[at] = play.dt(i);
      discount_[at] = dt_[at] == 1.0 ? static_cast<float>(discount)
                                     : std::exp(log_discount * static_cast<float>(dt_[at]));
      terminated_[at] = play.terminated(i);
      ended_[at] = play.ended(i);
      float* state = state_.data() + i * state_width_;
      if (play.truncated(i)) {
        const std::size_t row = final_rows_.size();
        scale.apply(play.next_observation(i), 1, final_observation_.data() + row * width_);
        std::copy_n(state, state_width_, final_state_.data() + row * state_width_);
        final_rows_.push_back(static_cast<std::uint32_t>(at));
      }
      if (play.ended(i)) std::fill_n(state, state_width_, 0.0f);
    }
    net_.values(parameters, final_observation_.data(), final_rows_.size(), final_state_.data(),
                final_value_.data(), spaces_.front());
    for (std::size_t k = 0; k < final_rows_.size(); ++k) {
      next_value_[final_rows_[k]] = final_value_[k];
    }
  }
  scale.apply(play.observation(), envs_, final_observation_.data());
  final_state_ = state_;
  net_.values(parameters, final_observation_.data(), envs_, final_state_.data(),
              final_value_.data(), spaces_.front());
  if (!net_.memory()) {
    share(size(), [&](std::size_t begin, std::size_t end, ActorCritic::Workspace& space) {
      net_.values(parameters, observation_.data() + begin * width_, end - begin, nullptr,
                  value_.data() + begin, space);
    });
  }
  for (std::size_t at = 0; at < size(); ++at) {
    if (ended_[at] != 0) continue;
    next_value_[at] = at + envs_ < size() ? value_[at + envs_] : final_value_[at + envs_ - size()];
  }
  if (seen != nullptr) seen->add(raw_.data(), size());
}

void Rollout::finish(Rewards& rewards, double lambda) {
  rewards.convert(steps_, raw_reward_.data(), dt_.data(), ended_.data(), reward_.data());
  estimate_advantages({steps_, envs_, reward_.data(), value_.data(), next_value_.data(),
                       discount_.data(), terminated_.data(), ended_.data()},
                      lambda, advantage_.data(), value_target_.data());
}

PolicySamples Rollout::samples() const {
  return {observation_.data(),  choices_.data(),
          numbers_.data(),      mask_width_ > 0 ? mask_.data() : nullptr,
          log_prob_.data(),     advantage_.data(),
          value_target_.data(), steps_,
          ended_.data(),        first_state_.data()};
}

void Rollout::save(Archive& archive) const {
  if (state_width_ > 0) archive.put("memory", state_.data(), state_.size());
}

void Rollout::load(const Archive& archive) {
  if (state_width_ > 0) archive.get("memory", state_.data(), state_.size());
}

double Rollout::explained_variance() const {
  double mean = 0.0, error_mean = 0.0;
  for (std::size_t i = 0; i < size(); ++i) {
    mean += static_cast<double>(value_target_[i]);
    error_mean += static_cast<double>(advantage_[i]);  // target - value
  }
  mean /= static_cast<double>(size());
  error_mean /= static_cast<double>(size());
  double variance = 0.0, error = 0.0;
  for (std::size_t i = 0; i < size(); ++i) {
    variance += std::pow(static_cast<double>(value_target_[i]) - mean, 2);
    error += std::pow(static_cast<double>(advantage_[i]) - error_mean, 2);
  }
  return variance > 0.0 ? 1.0 - error / variance : std::nan("");
}

}  // namespace aicmp
