#include "sim/pool/front_end/front_end_config.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {

void add_options(OptionTable& table, FrontEndConfig& config) {
  table.add("pool.front_end.enabled", config.enabled,
            "Simulate jobs, messages and share intake one by one; fidelity share only.");
  table.add("pool.front_end.job_refresh_s", config.job_refresh_s, "s", {.min = 1.0, .max = 3600.0},
            "Time between jobs on one block.");
  table.add_choice("pool.front_end.judge_by", config.judge_by,
                   {{"job", JudgeBy::kJob}, {"connection", JudgeBy::kConnection}},
                   "Shares are judged by the difficulty of their job, or by the connection's "
                   "newest one, which rejects some after a raise. They pay by their job's.");
  table.add("pool.front_end.restart_s", config.restart_s, "s", Limits::between(0.0, 60.0),
            "Work that a miner loses by a clean job for a new difficulty.");
  table.add("pool.front_end.latency_jitter", config.latency_jitter, "", Limits::between(0.0, 3.0),
            "Sigma of a log-normal factor of mean 1 on the time of every message.");
  table.add("pool.front_end.spikes_per_day", config.spikes_per_day, "1/d",
            Limits::between(0.0, 1e4), "Latency spikes, which meet all connections.");
  table.add("pool.front_end.spike_s", config.spike_s, "s",
            {.min = 0.0, .max = 86400.0, .min_open = true}, "Length of a latency spike.");
  table.add("pool.front_end.spike_factor", config.spike_factor, "", Limits::between(1.0, 1e4),
            "By which messages take longer in a spike.");
  table.add("pool.front_end.duplicate_part", config.duplicate_part, "", Limits::between(0.0, 1.0),
            "Part of the shares that firmware sends twice.");
  table.add("pool.front_end.version_bits", config.version_bits, "bits", Limits::between(0.0, 29.0),
            "Header version bits that miners roll (BIP 320: 16).");
  table.add("pool.front_end.extranonce2_bytes", config.extranonce2_bytes, "bytes",
            Limits::between(0.0, 16.0), "Extranonce that miners roll; 0: none.");
  table.add("pool.front_end.servers", config.servers, "", Limits::between(0.0, 1e6),
            "Threads that validate shares; 0: at once and without limit.");
  table.add("pool.front_end.validation_us", config.validation_us, "us",
            {.min = 0.0, .max = 1e7, .min_open = true}, "Mean time to validate a share.");
  table.add_choice("pool.front_end.service", config.service,
                   {{"exponential", ServiceTime::kExponential}, {"fixed", ServiceTime::kFixed}},
                   "Distribution of that time.");
  table.add("pool.front_end.queue_limit", config.queue_limit, "shares", Limits::between(0.0, 1e9),
            "Shares that wait for validation; those beyond it are lost.");
  table.add("pool.front_end.refusal_part", config.refusal_part, "", Limits::between(0.0, 1.0),
            "Part of that time for duplicates and shares of old blocks; 1 where the pool hashes "
            "first, as ckpool does, and looks them up later.");
  table.add("pool.front_end.bucket_per_s", config.bucket_per_s, "shares/s",
            Limits::between(0.0, 1e6),
            "Token bucket of every connection: shares beyond this rate are lost before they are "
            "validated; 0: no limit.");
  table.add("pool.front_end.bucket_burst", config.bucket_burst, "shares", Limits::between(1.0, 1e9),
            "Shares that the bucket lets pass at once.");
  table.add("pool.front_end.ban.after_shares", config.ban.after_shares, "shares",
            Limits::between(0.0, 1e9),
            "A connection is judged after so many validated shares (NOMP: 500, miningcore: 50); 0: "
            "never.");
  table.add("pool.front_end.ban.bad_part", config.ban.bad_part, "",
            {.min = 0.0, .max = 1.0, .min_open = true},
            "Part of them that must be refused for a ban.");
  table.add("pool.front_end.ban.ban_s", config.ban.ban_s, "s",
            {.min = 0.0, .max = 1e8, .min_open = true}, "How long the address is shut out.");
  table.add("pool.front_end.uplink_mbit_s", config.uplink_mbit_s, "Mbit/s",
            Limits::between(0.0, 1e6),
            "Rate at which shares come in, at 200 bytes each; 0: without limit.");
  table.add("pool.front_end.uplink_room", config.uplink_room, "shares", Limits::between(0.0, 1e9),
            "Shares that wait for the line; those beyond it are lost.");
  table.add("pool.front_end.downlink_mbit_s", config.downlink_mbit_s, "Mbit/s",
            Limits::between(0.0, 1e6), "Rate at which jobs leave; 0: without limit.");
  table.add("pool.front_end.job_bytes", config.job_bytes, "bytes", Limits::between(1.0, 1e6),
            "Size of a job for one miner.");
  table.add("pool.front_end.max_connections", config.max_connections, "", Limits::between(0.0, 1e9),
            "Connections that the pool takes; later miners are refused. 0: without limit.");
  add_options(table, config.flood);
}

double usable_part(const FrontEndConfig& config, double hashes_per_s) {
  const double bits =
      32.0 + static_cast<double>(config.version_bits + 8 * config.extranonce2_bytes);
  return hashes_per_s > 0.0 ? std::min(1.0, std::exp2(bits) / hashes_per_s) : 1.0;
}

}  // namespace aicmp
