#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "sim/pool/ledger.hpp"

namespace aicmp {

/// Repeats a run from the lines of its ledger that say what happened, and writes it all again:
/// those lines and what the accounts made of them.
class LedgerReplay {
 public:
  /// From the first line. Throws std::exception if it cannot be one; so does apply().
  static std::unique_ptr<LedgerReplay> begin(const nlohmann::json& opening,
                                             std::function<void(std::string_view)> write);
  virtual ~LedgerReplay() = default;

  /// Repeats one line; false if it does not say what happened, so it should not be here.
  virtual bool apply(const nlohmann::json& line) = 0;
  virtual LedgerDetail detail() const = 0;
};

}  // namespace aicmp
