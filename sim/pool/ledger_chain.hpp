#pragma once

#include <string>
#include <string_view>

namespace aicmp {

/// The hash chain of a ledger. A line is a JSON object whose last two members are
/// `"prev":"<hash of the line before>","hash":"<SHA-256 of this line up to the comma before it>"`,
/// 64 lower-case hex digits each; the first line's prev is 64 zeros. So no byte of a line can
/// change, and no line can be removed, added or moved, without a hash that does not fit.
class LedgerChain {
 public:
  /// Closes a JSON object given without its final brace and appends it to the chain: the line, with
  /// its line feed.
  std::string seal(std::string_view open_object);

  /// Takes the next line of a ledger, without its line feed; what is wrong with it, or nothing.
  std::string check(std::string_view line);

  /// The hash of the newest line.
  const std::string& head() const { return head_; }

 private:
  std::string head_ = std::string(64, '0');
};

}  // namespace aicmp
