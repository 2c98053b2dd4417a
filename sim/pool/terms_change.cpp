#include "sim/pool/terms_change.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"
#include "sim/pool/accounts.hpp"

namespace aicmp {

void add_options(OptionTable& table, TermsChange& change) {
  table.add("announced_day", change.announced_day, "d", Limits::between(0.0, 36500.0),
            "When miners are told.");
  table.add("scheme", change.scheme, "Name of the scheme in results, such as eta:0.8.");
  table.add_choice("term", change.term, {{"fee", Term::kFee}, {"eta", Term::kEta}},
                   "What changes.");
  table.add("value", change.value, "", Limits::between(0.0, 1.0), "Its new value.");
  table.add("reason", change.reason, "For the audit ledger.");
}

SchemeTerms changed(SchemeTerms terms, const TermsChange& change) {
  (change.term == Term::kFee ? terms.fee : terms.eta) = change.value;
  return terms;
}

std::string_view name_of(Term term) {
  return term == Term::kFee ? "fee" : "eta";
}

void check_changes(const std::vector<TermsChange>& changes,
                   const std::vector<SchemeConfig>& schemes) {
  std::vector<std::string> names;
  for (const SchemeConfig& scheme : schemes) names.push_back(account_name(scheme));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const TermsChange& change = changes[i];
    const std::string key = fmt::format("pool.changes[{}].", i);
    const auto at = std::find(names.begin(), names.end(), change.scheme);
    if (at == names.end()) {
      throw ConfigError({}, key + "scheme", fmt::format("there is no scheme '{}'", change.scheme),
                        fmt::format("{}", fmt::join(names, ", ")));
    }
    const SchemeConfig& scheme = schemes[static_cast<std::size_t>(at - names.begin())];
    if (!scheme_reads(scheme, name_of(change.term))) {
      throw ConfigError({}, key + "term", fmt::format("'{}' has no eta", change.scheme), "fee");
    }
    if (change.term == Term::kFee && change.value >= 1.0) {
      throw ConfigError({}, key + "value", "a fee of the whole reward", "[0, 1)");
    }
  }
}

ChangeSchedule::ChangeSchedule(std::vector<TermsChange> changes, double notice_days)
    : waiting_(std::move(changes)), notice_days_(notice_days) {
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [](const auto& a, const auto& b) { return a.announced_day < b.announced_day; });
  std::reverse(waiting_.begin(), waiting_.end());
}

void ChangeSchedule::add(TermsChange change) {
  const auto later = std::find_if(waiting_.begin(), waiting_.end(), [&](const TermsChange& other) {
    return other.announced_day <= change.announced_day;
  });
  waiting_.insert(later, std::move(change));
}

bool ChangeSchedule::waits(const std::string& scheme, Term term) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const TermsChange& change) {
    return change.scheme == scheme && change.term == term;
  });
}

std::vector<TermsChange> ChangeSchedule::take_due(Time now) {
  std::vector<TermsChange> due;
  while (!waiting_.empty() && Time::days(waiting_.back().announced_day + notice_days_) <= now) {
    due.push_back(std::move(waiting_.back()));
    waiting_.pop_back();
  }
  return due;
}

}  // namespace aicmp
