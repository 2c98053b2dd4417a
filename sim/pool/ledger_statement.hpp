#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aicmp {

/// A line of a ledger that concerns a miner.
struct StatementEntry {
  std::int64_t line = 0;  // in the file, from 1
  double day = 0.0;
  std::int64_t satoshi = 0;  // by which the balance changes
  std::string why;
};

/// A miner's pay under one scheme.
struct Statement {
  std::string name;
  std::string scheme;
  std::vector<StatementEntry> entries;
  std::int64_t earned_sat = 0;
  std::int64_t paid_sat = 0;
};

/// One miner's pay from a ledger file, by account: every credit with what it was for, reversal,
/// payout, and the totals. Of a ledger that is still written, as far as it goes. Throws ConfigError
/// if the ledger has no such miner or its hash chain is broken (with the line), IoError if the file
/// cannot be read.
std::vector<Statement> statements_of(const std::string& path, std::int64_t miner);

/// The same in words.
std::string explain_miner(const std::string& path, std::int64_t miner);

}  // namespace aicmp
