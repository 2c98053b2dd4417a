#pragma once

#include <cstdint>
#include <string>

namespace aicmp {

/// One miner's pay in words, from a ledger file: every credit with what it was for, reversal,
/// payout, and the totals, by account. Throws ConfigError if the ledger has no such miner or its
/// hash chain is broken (with the line), IoError if the file cannot be read.
std::string explain_miner(const std::string& path, std::int64_t miner);

}  // namespace aicmp
