#pragma once

#include <memory>

#include "sim/market/civil_time.hpp"
#include "sim/market/history.hpp"
#include "sim/market/step_path.hpp"

namespace aicmp {

/// One value for ever.
std::unique_ptr<StepSource> constant_step(double value);

/// The rows of a history as steps; the last one holds for ever.
std::unique_ptr<StepSource> replay_steps(History history, const CivilTime& civil);

/// The Unix seconds that a run from `civil` to `horizon` touches.
HistoryQuery::Span span_of_run(const CivilTime& civil, Time horizon);

}  // namespace aicmp
