#pragma once

#include <cstdint>

#include "sim/attack/flood.hpp"
#include "sim/base/options.hpp"
#include "sim/pool/front_end/ban_score.hpp"

namespace aicmp {

/// By which difficulty a share is judged that was found just before a change.
enum class JudgeBy {
  kJob,         // that of its job, which it is always paid by
  kConnection,  // the connection's newest: what is too easy by it is rejected
};

/// How long a share takes to validate.
enum class ServiceTime { kExponential, kFixed };

/// The pool's front end: jobs out, shares in. Acts in `share` fidelity.
struct FrontEndConfig {
  bool enabled = false;

  double job_refresh_s = 30.0;  // between block templates, which are jobs that void nothing
  JudgeBy judge_by = JudgeBy::kJob;
  double restart_s = 0.05;  // of work that a clean job for a new difficulty costs the miner

  double latency_jitter = 0.0;  // sigma of a log-normal factor of mean 1 on every message's time
  double spikes_per_day = 0.0;  // stretches in which every message takes longer
  double spike_s = 60.0;
  double spike_factor = 20.0;

  double duplicate_part = 0.0;  // of shares that firmware sends twice

  std::int64_t version_bits = 16;  // that a miner may roll (BIP 320)
  std::int64_t extranonce2_bytes = 4;

  std::int64_t servers = 0;  // that validate shares; 0: at once, without limit
  double validation_us = 50.0;
  ServiceTime service = ServiceTime::kExponential;
  double refusal_part = 1.0;           // of that time, for duplicates and shares of old blocks
  std::int64_t queue_limit = 100'000;  // shares that wait; those beyond it are lost
  double downlink_mbit_s = 0.0;        // 0: without limit
  double uplink_mbit_s = 0.0;          // that shares come in by; 0: without limit
  std::int64_t uplink_room = 10'000;   // shares that wait for it; those beyond it are lost
  double job_bytes = 1200.0;           // of a job to one miner
  std::int64_t max_connections = 0;    // miners beyond them are refused; 0: without limit
  double bucket_per_s = 0.0;           // shares of one connection that pass; 0: all
  double bucket_burst = 100.0;         // of them at once
  BanConfig ban;
  FloodConfig flood;
};

/// Entities of StreamId::kLatency; those above are miners, for their jobs.
enum LatencyEntity : std::uint32_t {
  kSharesEntity,
  kSpikesEntity,
  kValidationEntity,
  kDuplicatesEntity,
  kJobsEntity
};

/// Options `pool.front_end.*`.
void add_options(OptionTable& table, FrontEndConfig& config);

/// Part of its hash rate that a miner can use: nonces and rolled bits of a job last for a second of
/// header time, 2^(32 + version_bits + 8 extranonce2_bytes) hashes.
double usable_part(const FrontEndConfig& config, double hashes_per_s);

}  // namespace aicmp
