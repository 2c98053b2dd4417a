#include "sim/pool/ledger_audit.hpp"

#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/pool/ledger_chain.hpp"
#include "sim/pool/ledger_replay.hpp"

namespace aicmp {
namespace {

using Json = nlohmann::json;

/// The amount of a miner in a list of either form.
std::int64_t amount_of(const Json& line, std::size_t miner) {
  if (line.contains("all")) {
    const Json& list = line["all"];
    return miner < list.size() ? list[miner].get<std::int64_t>() : 0;
  }
  const Json& list = line.at("some");
  for (std::size_t k = 0; k + 1 < list.size(); k += 2) {
    if (list[k] == miner) return list[k + 1].get<std::int64_t>();
  }
  return 0;
}

bool has_amounts(const Json& line) {
  return line.contains("all") || line.contains("some");
}

/// Where a line differs from what was recomputed, in words.
std::string difference(const Json& seen, const Json& expected, std::size_t miners) {
  const auto named = [](const Json& line) {
    return fmt::format(
        "{}{}", line.at("type").get<std::string>(),
        line.contains("account") ? " of " + line["account"].get<std::string>() : std::string());
  };
  if (named(seen) != named(expected)) {
    return fmt::format("a {} where the {} belongs", named(seen), named(expected));
  }
  if (has_amounts(seen) && has_amounts(expected)) {
    for (std::size_t i = 0; i < miners; ++i) {
      const std::int64_t logged = amount_of(seen, i);
      const std::int64_t right = amount_of(expected, i);
      if (logged != right) {
        return fmt::format("{}: miner {} has {}, recomputed {}", named(seen), i, logged, right);
      }
    }
  }
  for (const auto& [key, value] : expected.items()) {
    if (key == "hash" || key == "prev") continue;
    if (!seen.contains(key) || seen[key] != value) {
      return fmt::format("{}: {} is {}, recomputed {}", named(seen), key,
                         seen.contains(key) ? seen[key].dump() : "missing", value.dump());
    }
  }
  return fmt::format("{}: not written as a ledger writes it", named(seen));
}

class Auditor {
 public:
  /// Takes the next line; what is wrong with it, or nothing.
  std::string take(const std::string& text) {
    if (closed_) return "something follows the line that closes the ledger";
    std::string broken = chain_.check(text);
    if (!broken.empty()) return broken;
    try {
      const Json line = Json::parse(text);
      if (expected_.empty()) replay(line);
      if (line.at("type") == "open") miners_ = line.at("miners").get<std::size_t>();
      closed_ = line.at("type") == "close";
      return compare(text);
    } catch (const std::exception& error) {
      return error.what();
    }
  }

  bool closed() const { return closed_; }
  LedgerAudit& audit() { return audit_; }
  const std::string& head() const { return chain_.head(); }

 private:
  void replay(const Json& line) {
    if (replay_ == nullptr) {
      replay_ = LedgerReplay::begin(
          line, [this](std::string_view written) { expected_.emplace_back(written); });
      audit_.detail = replay_->detail();
      return;
    }
    if (line.at("type") == "block") ++audit_.blocks;
    if (!replay_->apply(line)) {
      throw std::runtime_error(fmt::format("a {} that nothing before it gives rise to",
                                           line.at("type").get<std::string>()));
    }
  }

  std::string compare(const std::string& text) {
    if (expected_.empty()) return "nothing before it gives rise to it";
    const std::string expected = std::move(expected_.front());
    expected_.pop_front();
    if (std::string_view(expected).substr(0, expected.size() - 1) == text) {
      ++audit_.recomputed;
      return "";
    }
    return difference(Json::parse(text), Json::parse(expected), miners_);
  }

  LedgerChain chain_;
  std::unique_ptr<LedgerReplay> replay_;
  std::deque<std::string> expected_;  // lines the replay wrote, not yet seen in the file
  std::size_t miners_ = 0;
  bool closed_ = false;
  LedgerAudit audit_;
};

}  // namespace

LedgerAudit verify_ledger(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path, fmt::format("cannot be opened: {}", std::strerror(errno)));
  Auditor auditor;
  LedgerAudit& audit = auditor.audit();
  std::string text;
  while (std::getline(file, text)) {
    if (file.eof()) {  // no line feed: the writer was cut off
      audit.verdict = LedgerVerdict::kIncomplete;
      audit.why =
          fmt::format("sound up to line {}; line {} is cut off", audit.line, audit.line + 1);
      audit.head = auditor.head();
      return audit;
    }
    const std::string why = auditor.take(text);
    if (!why.empty()) {
      ++audit.line;
      audit.verdict = LedgerVerdict::kBad;
      audit.why = why;
      return audit;
    }
    ++audit.line;
    audit.head = auditor.head();
  }
  if (file.bad()) throw IoError(path, "cannot be read");
  if (auditor.closed()) {
    audit.verdict = LedgerVerdict::kSound;
  } else {
    audit.verdict = LedgerVerdict::kIncomplete;
    audit.why = audit.line == 0 ? "empty"
                                : fmt::format("sound up to line {}, but never closed", audit.line);
  }
  return audit;
}

}  // namespace aicmp
