#pragma once

#include <string>

#include "sample_model.hpp"
#include "sim/policy/bundle.hpp"

namespace aicmp {

/// A bundle of a small random policy, with `rows` recorded rows.
inline PolicyBundle sample_bundle(LayerKind kind = LayerKind::kTanh, std::size_t rows = 20) {
  PolicyBundle bundle;
  bundle.model = random_model(3, {{kind, 5}}, {letters("set", 3)});
  bundle.origin.program = "aicmp test";
  bundle.origin.scenario_sha256 = std::string(64, '0');
  bundle.origin.fallback = "fixed";
  bundle.origin.training = {{"algorithm", "ppo"}, {"steps", 1000}};
  Rng rng = test_rng(7);
  bundle.parity = record_parity(PolicyInference(bundle.model), normals(rng, rows * 3, 2.0));
  return bundle;
}

}  // namespace aicmp
