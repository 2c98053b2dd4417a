#pragma once

#include <cstdint>

namespace aicmp {

struct DqnConfig {
  std::int64_t replay_size = 100'000;
  std::int64_t batch = 64;
  std::int64_t train_every = 4;  // steps of environments for each gradient step
  std::int64_t learning_starts = 1000;
  std::int64_t target_steps = 1000;  // steps between updates of the target net
  double target_weight = 1.0;        // of the net in the new target
  double learning_rate = 5e-4;
  bool anneal = true;
  double max_gradient_norm = 10.0;
  double epsilon_start = 1.0;
  double epsilon_end = 0.05;
  double exploration = 0.2;  // part of the run over which epsilon falls
  bool double_q = true;
  bool dueling = false;
  std::int64_t n_step = 1;
  double priority_power = 0.0;    // 0: uniform
  double importance_power = 0.4;  // at the start; 1 at the end
};

}  // namespace aicmp
