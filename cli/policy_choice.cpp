#include "cli/policy_choice.hpp"

#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/policy/bundle.hpp"

namespace aicmp {
namespace {

constexpr char kShareDifficulty[] = "AICMP/ShareDifficulty-v0";

}  // namespace

void choose_policy(Scenario& scenario, const std::string& folder, bool fallback) {
  PoolConfig& pool = scenario.pool;
  if (!vardiff_kind(pool.difficulty_rule)) pool.difficulty_rule = ShareDifficultyRule::kOptimum;
  const std::filesystem::path manifest = std::filesystem::path(folder) / "manifest.json";
  pool.vardiff.bundle = std::filesystem::absolute(manifest).lexically_normal().string();
  try {
    const PolicyBundle bundle = load_bundle(folder);
    if (bundle.model.problem != kShareDifficulty) {
      throw ConfigError({folder, 0}, "problem", bundle.model.problem,
                        fmt::format("{}: no scenario asks for another decision", kShareDifficulty));
    }
    static_cast<void>(make_vardiff_rule(pool.vardiff));
  } catch (const std::runtime_error& error) {
    if (!fallback) throw;
    pool.vardiff.bundle.clear();
    fmt::print(stderr, "aicmp: warning: {}; {} decides instead\n", error.what(),
               vardiff_entry(*vardiff_kind(pool.difficulty_rule)).name);
  }
}

}  // namespace aicmp
