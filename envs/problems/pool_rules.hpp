#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "envs/spec.hpp"
#include "sim/base/distributions.hpp"
#include "sim/pool/vardiff/rules.hpp"

namespace aicmp {

/// The share-difficulty rules of real pools as policies: "vardiff_ckpool" and so on, each with the
/// rate of shares that it aims at as its parameter.
class PoolRules {
 public:
  explicit PoolRules(const DifficultyRange& range) : range_(range) {}

  /// In the order of `rule` below.
  std::vector<PolicySpec> specs() const;

  /// What a rule knows of one connection.
  struct Memory {
    std::size_t rule = 0;
    bool started = false;
    VardiffState state;
    Rng times{WorldKey{}, StreamId::kPolicy};
    double next_poll_s = 0.0;
  };
  /// The last step of a connection: shares of one difficulty, at random times in it.
  struct Seen {
    double begin_s, end_s;
    std::int64_t shares;
    double difficulty;
  };

  /// A connection that begins now.
  void start(Memory& memory, std::size_t rule, double shares_per_min, double difficulty,
             double now_s, const Rng& times) const;
  /// The difficulty that the rule wants after a step.
  double wanted(Memory& memory, double shares_per_min, const Seen& seen) const;

 private:
  const VardiffRule& rule(std::size_t rule, double shares_per_min) const;

  /// Rules are made at their first use; an act has only their parameters.
  struct Made {
    std::mutex lock;
    std::map<std::pair<std::size_t, double>, std::unique_ptr<const VardiffRule>> rules;
  };

  DifficultyRange range_;
  std::shared_ptr<Made> made_ = std::make_shared<Made>();
};

}  // namespace aicmp
