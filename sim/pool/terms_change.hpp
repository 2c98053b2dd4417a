#pragma once

#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/units.hpp"
#include "sim/pool/scheme.hpp"

namespace aicmp {

/// What of SchemeTerms a change concerns.
enum class Term { kFee, kEta };

/// The operator announces new terms of a scheme: `[[pool.changes]]`. They hold once the pool finds
/// a block `pool.notice_days` or more after, and not yet for that block.
struct TermsChange {
  double announced_day = 0.0;
  std::string scheme;  // its name in results
  Term term = Term::kFee;
  double value = 0.0;
  std::string reason;
};

/// Adds the options of one `[[pool.changes]]` element.
void add_options(OptionTable& table, TermsChange& change);

/// `terms` with the change.
SchemeTerms changed(SchemeTerms terms, const TermsChange& change);

/// "fee" or "eta".
std::string_view name_of(Term term);

/// Throws ConfigError (`pool.changes[1].scheme`) for a scheme that is not among `schemes` or does
/// not have the term, and for a value out of range.
void check_changes(const std::vector<TermsChange>& changes,
                   const std::vector<SchemeConfig>& schemes);

/// The changes of a run in the order in which they take effect.
class ChangeSchedule {
 public:
  ChangeSchedule(std::vector<TermsChange> changes, double notice_days);

  /// Another one; after those of the same day.
  void add(TermsChange change);
  /// Whether a change of this term of the scheme is planned and does not hold yet.
  bool waits(const std::string& scheme, Term term) const;

  /// Those that hold after a block of the pool at `now`; each comes once.
  std::vector<TermsChange> take_due(Time now);

 private:
  std::vector<TermsChange> waiting_;  // latest first
  double notice_days_;
};

}  // namespace aicmp
