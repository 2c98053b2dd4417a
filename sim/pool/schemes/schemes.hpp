#pragma once

#include <memory>

#include "sim/pool/scheme.hpp"

// One factory per scheme; scheme.cpp lists them by name.
namespace aicmp {

using SchemeFactory = std::unique_ptr<RewardScheme>(const SchemeConfig&, const SchemeContext&);

SchemeFactory make_solo;              // solo.cpp
SchemeFactory make_pps;               // pps.cpp
SchemeFactory make_fpps;              // pps.cpp
SchemeFactory make_pps_plus;          // pps_plus.cpp
SchemeFactory make_proportional;      // round_scheme.cpp
SchemeFactory make_pplns;             // window_scheme.cpp
SchemeFactory make_tides;             // window_scheme.cpp
SchemeFactory make_slice;             // slice.cpp
SchemeFactory make_score;             // score.cpp
SchemeFactory make_geometric;         // geometric.cpp
SchemeFactory make_double_geometric;  // geometric.cpp
SchemeFactory make_eta_window;        // window_scheme.cpp
SchemeFactory make_eta_round;         // round_scheme.cpp
SchemeFactory make_eta_estimate;      // eta_estimate.cpp
SchemeFactory make_eta_per_share;     // eta_estimate.cpp
SchemeFactory make_weight;            // weight_scheme.cpp

}  // namespace aicmp
