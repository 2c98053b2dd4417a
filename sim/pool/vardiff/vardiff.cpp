#include "sim/pool/vardiff/vardiff.hpp"

#include <algorithm>

namespace aicmp {

void VardiffState::bound(double work_per_s, double network_difficulty) {
  ceiling = network_difficulty;
  floor = std::min(work_per_s / kMostSharesPerS, ceiling);
  difficulty = std::clamp(difficulty, floor, ceiling);
}

VardiffState VardiffRule::start(double difficulty, double now_s) const {
  VardiffState state;
  state.difficulty = std::clamp(difficulty, range_.min, range_.max);
  begin(state, now_s);
  return state;
}

std::optional<DifficultyChange> VardiffRule::on_shares(VardiffState& state, std::int64_t count,
                                                       double begin_s, double end_s,
                                                       double difficulty) const {
  const double gap_s = (end_s - begin_s) / static_cast<double>(std::max<std::int64_t>(count, 1));
  for (std::int64_t i = 0; i < count; ++i) {
    const double time_s = begin_s + (static_cast<double>(i) + 0.5) * gap_s;
    if (auto change = on_share(state, time_s, difficulty)) return change;
  }
  return {};
}

std::optional<DifficultyChange> VardiffRule::change(VardiffState& state, double wanted,
                                                    bool clean_job) const {
  const double in_range = std::clamp(wanted, range_.min, range_.max);
  const double difficulty = std::clamp(in_range, state.floor, state.ceiling);
  if (difficulty == state.difficulty) return {};
  state.difficulty = difficulty;
  return DifficultyChange{difficulty, clean_job};
}

}  // namespace aicmp
