#include "sim/pool/ledger_chain.hpp"

#include "sim/base/sha256.hpp"

namespace aicmp {
namespace {

constexpr std::string_view kPrev = R"(,"prev":")";
constexpr std::string_view kHash = R"(","hash":")";
constexpr std::string_view kEnd = R"("})";
constexpr std::size_t kDigits = 64;

}  // namespace

std::string LedgerChain::seal(std::string_view open_object) {
  std::string line(open_object);
  line += kPrev;
  line += head_;
  const std::size_t hashed = line.size() + 1;  // with the closing quote
  line += kHash;
  head_ = sha256_hex(std::string_view(line).substr(0, hashed));
  line += head_;
  line += kEnd;
  line += '\n';
  return line;
}

std::string LedgerChain::check(std::string_view line) {
  const std::size_t tail = kPrev.size() + kDigits + kHash.size() + kDigits + kEnd.size();
  if (line.size() <= tail || line.front() != '{') return "is not a line of a ledger";
  const std::size_t prev = line.size() - tail + kPrev.size();
  const std::size_t hash = prev + kDigits + kHash.size();
  if (line.substr(prev - kPrev.size(), kPrev.size()) != kPrev ||
      line.substr(prev + kDigits, kHash.size()) != kHash || line.substr(hash + kDigits) != kEnd) {
    return "is not a line of a ledger";
  }
  const std::string digest = sha256_hex(line.substr(0, prev + kDigits + 1));
  if (line.substr(hash, kDigits) != digest) return "its hash does not fit its content";
  if (line.substr(prev, kDigits) != head_) {
    return "does not follow the line before: a line was removed, added or moved";
  }
  head_ = digest;
  return "";
}

}  // namespace aicmp
