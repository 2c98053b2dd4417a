#pragma once

#include <cstdint>
#include <string>

#include "sim/pool/ledger.hpp"

namespace aicmp {

enum class LedgerVerdict {
  kSound,       // complete, unbroken, and every line that can be recomputed was
  kIncomplete,  // the same up to its end, but it was not closed: a run was killed or still goes on
  kBad,         // `line` is the first that is wrong
};

/// What verify_ledger() found.
struct LedgerAudit {
  LedgerVerdict verdict = LedgerVerdict::kBad;
  std::int64_t line = 0;  // the first bad line, counted from 1; else the last sound one
  std::string why;        // one line; empty for a sound ledger
  LedgerDetail detail = LedgerDetail::kOff;
  std::int64_t blocks = 0;
  std::int64_t recomputed = 0;  // lines that the replay wrote again, all alike
  std::string head;             // hash of the last sound line
};

/// Proves the hash chain of a ledger file, replays what happened through the same schemes and books
/// and compares every line that they write. With LedgerDetail::kBlocks credits are taken as they
/// are. An editor who writes the whole file anew, with work that fits the pay, cannot be told from
/// its owner: for that compare `head` with a hash that was kept elsewhere (the run's manifest holds
/// the file's, vouched_sha256()). Throws IoError if the file cannot be read.
LedgerAudit verify_ledger(const std::string& path);

}  // namespace aicmp
