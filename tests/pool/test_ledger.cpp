#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "drive.hpp"
#include "sim/base/error.hpp"
#include "sim/pool/accounts.hpp"
#include "sim/pool/ledger_audit.hpp"
#include "sim/pool/ledger_chain.hpp"
#include "sim/pool/ledger_statement.hpp"
#include "sim/pool/pool.hpp"
#include "sim/pool/share_groups.hpp"
#include "tests/temporary_file.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

LedgerAudit audit_of(const std::string& text) {
  return verify_ledger(TemporaryFile(text).path());
}

/// A small pool with everything that can happen to it.
std::string run_pool(Fidelity fidelity, LedgerDetail detail, bool close = true,
                     Accounts** keep = nullptr) {
  static std::unique_ptr<Accounts> last;
  AccountsConfig config;
  for (const char* spec :
       {"solo", "pps:0.02", "fpps:0.03", "pps+:0.01:window=2", "prop", "pplns:2", "tides",
        "slice:1", "score:600", "geo:0.3", "dgm:0.2:o=0.6", "eta:0.8:window=2", "eta-r:0.7",
        "eta-t:0.9", "eta-pps:0.95", "weight:min(w, 0.3*total):window=1"}) {
    config.schemes.push_back(parse_scheme(spec));
  }
  config.miners = 6;
  config.fidelity = fidelity;
  config.key = {.seed = 42, .world = 3, .episode = 1};
  config.payout.reserve_btc = 5.0;
  config.payout.threshold_btc = 0.5;
  config.payout.maturity_blocks = 4;
  config.payout.dividend = 0.25;
  std::string text;
  last = std::make_unique<Accounts>(config);
  Accounts& pool = *last;
  if (keep != nullptr) *keep = last.get();
  Ledger ledger(detail, [&](std::string_view line) { text += line; });
  pool.keep_ledger(ledger, std::string(64, 'a'));
  Rng rng = test_rng(60);
  auto difficulty = std::make_shared<const std::vector<double>>(
      std::vector<double>{1.0, 1.5, 0.1, 3.0, 1.0 / 3.0, 7.0});
  double network = 300.0;
  Time now;
  pool.on_network(now, network, Satoshi(312'500'000));
  const auto deliver_one = [&](std::uint32_t miner) {
    const CreditedShare share{now, miner, (*difficulty)[miner]};
    WorkBatch batch{now, now, 1, {&share, 1}, {}, difficulty};
    pool.on_work(batch);
  };
  for (int step = 0; step < 24; ++step) {
    const Time begin = now;
    if (step % 3 == 2) pool.on_template({begin, true, Satoshi(0)});
    now += Time::seconds(300.0);
    std::vector<std::int32_t> counts;
    std::vector<CreditedShare> shares;
    for (std::uint32_t i = 0; i < 6; ++i) {
      counts.push_back(static_cast<std::int32_t>(poisson(rng, i == 2 ? 0.3 : 20.0)));
      for (int k = 0; k < counts.back(); ++k) {
        shares.push_back({begin + Time::seconds(300.0 * uniform(rng)), i, (*difficulty)[i]});
      }
    }
    std::sort(shares.begin(), shares.end(),
              [](const CreditedShare& a, const CreditedShare& b) { return a.time < b.time; });
    WorkBatch batch{begin, now, 1, {}, {}, difficulty};
    ShareGroups groups(6);
    if (fidelity == Fidelity::kShare) {
      batch.shares = shares;
      groups.add_to(batch);
    } else {
      batch.counts = counts;
    }
    pool.on_work(batch);
    if (step % 2 == 1) {
      const auto finder = static_cast<std::uint32_t>(rng() % 6);
      deliver_one(finder);
      const PoolBlock block{static_cast<std::uint64_t>(step),
                            800'000 + step,
                            now,
                            finder,
                            network,
                            Satoshi(312'500'000),
                            Satoshi(static_cast<std::int64_t>(rng() % 9'000'000))};
      pool.on_block(block);
      if (step == 15) pool.forfeit(now, 5, "a false identity");
      if (step % 10 == 5) pool.on_orphan(block);
    }
    pool.mature(800'000 + step);
    if (step == 12) pool.on_network(now, network = 450.0, Satoshi(312'500'000));
    if (step % 6 == 5) {
      pool.on_day(now, Satoshi(5'000'000));
      pool.settle(now);
    }
    if (step == 14) {
      pool.change_terms(now, {0.1, "eta:0.8:window=2", Term::kEta, 0.9, "notice of \"two\" weeks"});
      pool.change_terms(now, {0.1, "pps:0.02", Term::kFee, 0.05, "line\nfeed"});
    }
    if (step == 17) pool.forfeit(now, 3, "a \"false\" identity");
    if (step == 20) pool.pay_dividends(now);
  }
  if (close) pool.close_ledger(now);
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

/// The ledger with `edit` applied to one line's content, and every hash made to fit again.
std::string forged(const std::vector<std::string>& lines, std::size_t index,
                   const std::string& from, const std::string& to) {
  LedgerChain chain;
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string content = lines[i].substr(0, lines[i].find(",\"prev\":"));
    if (i == index) {
      const std::size_t at = content.find(from);
      REQUIRE(at != std::string::npos);
      content.replace(at, from.size(), to);
    }
    text += chain.seal(content);
  }
  return text;
}

constexpr std::array kFidelities = {Fidelity::kShare, Fidelity::kFlow};
constexpr std::array kDetails = {LedgerDetail::kWork, LedgerDetail::kBlocks};

}  // namespace

TEST_CASE("a ledger verifies: its chain holds and every line is recomputed") {
  for (const Fidelity fidelity : kFidelities) {
    for (const LedgerDetail detail : kDetails) {
      const std::string text = run_pool(fidelity, detail);
      const LedgerAudit audit = audit_of(text);
      INFO(audit.why, " in line ", audit.line);
      CHECK(audit.verdict == LedgerVerdict::kSound);
      CHECK(audit.line == static_cast<std::int64_t>(lines_of(text).size()));
      CHECK(audit.recomputed == audit.line);
      CHECK(audit.blocks == 12);
      CHECK(audit.detail == detail);
    }
  }
}

TEST_CASE("a ledger changes nothing and costs nothing when it is off") {
  Accounts* with = nullptr;
  run_pool(Fidelity::kFlow, LedgerDetail::kWork, true, &with);
  std::vector<Satoshi> earned;
  for (const Account& account : with->list()) {
    for (const Satoshi e : account.book.earned()) earned.push_back(e);
  }
  run_pool(Fidelity::kFlow, LedgerDetail::kBlocks, true, &with);
  std::size_t k = 0;
  for (const Account& account : with->list()) {
    for (const Satoshi e : account.book.earned()) CHECK(e == earned[k++]);
  }
  CHECK(run_pool(Fidelity::kFlow, LedgerDetail::kWork) ==
        run_pool(Fidelity::kFlow, LedgerDetail::kWork));
}

TEST_CASE("a ledger that was cut off is sound up to where it ends, and says so") {
  for (const LedgerDetail detail : kDetails) {
    const std::string text = run_pool(Fidelity::kFlow, detail);
    const std::vector<std::string> lines = lines_of(text);
    std::string part;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      part += lines[i];
      if (i % 17 != 0) continue;
      const LedgerAudit whole_lines = audit_of(part);
      REQUIRE(whole_lines.verdict == LedgerVerdict::kIncomplete);
      REQUIRE(whole_lines.line == static_cast<std::int64_t>(i) + 1);
      const LedgerAudit half_line =
          audit_of(part + lines[i + 1].substr(0, lines[i + 1].size() / 2));
      REQUIRE(half_line.verdict == LedgerVerdict::kIncomplete);
      REQUIRE(half_line.line == static_cast<std::int64_t>(i) + 1);
    }
    CHECK(audit_of(run_pool(Fidelity::kFlow, detail, false)).verdict == LedgerVerdict::kIncomplete);
  }
  CHECK(audit_of("").verdict == LedgerVerdict::kIncomplete);
}

TEST_CASE("flipped bytes, removed, doubled and swapped lines are always found, at their line") {
  const std::string text = run_pool(Fidelity::kShare, LedgerDetail::kWork);
  const std::vector<std::string> lines = lines_of(text);
  Rng rng = test_rng(61);
  for (int trial = 0; trial < 150; ++trial) {
    std::string flipped = text;
    const std::size_t at = rng() % text.size();
    flipped[at] = static_cast<char>(flipped[at] ^ static_cast<char>(1U << (rng() % 8)));
    const LedgerAudit audit = audit_of(flipped);
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    REQUIRE(audit.verdict != LedgerVerdict::kSound);
    if (at + 1 < text.size()) {
      REQUIRE(audit.verdict == LedgerVerdict::kBad);
      REQUIRE(audit.line == line + 1);
    }
  }
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<std::string> changed = lines;
    const std::size_t first = rng() % lines.size();
    const std::size_t second = rng() % lines.size();
    if (trial % 3 == 0) {
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(first));
      if (first + 1 == lines.size()) continue;  // only cut off
    } else if (trial % 3 == 1) {
      changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(second), lines[first]);
    } else {
      if (first == second) continue;
      std::swap(changed[first], changed[second]);
    }
    REQUIRE(audit_of(join(changed)).verdict == LedgerVerdict::kBad);
  }
  CHECK(audit_of(text + lines.back()).verdict == LedgerVerdict::kBad);
  CHECK(audit_of(text + "{}\n").verdict == LedgerVerdict::kBad);
  CHECK(audit_of("hello\n").verdict == LedgerVerdict::kBad);
  CHECK(audit_of(lines[1]).line == 1);
}

TEST_CASE("forged lines whose hashes fit are found by recomputing") {
  for (const LedgerDetail detail : kDetails) {
    const std::vector<std::string> lines = lines_of(run_pool(Fidelity::kFlow, detail));
    const auto find = [&](const std::string& part) {
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].find(part) != std::string::npos) return i;
      }
      FAIL("no line has ", part);
      return std::size_t{0};
    };
    struct Forgery {
      const char* line;
      const char* from;
      const char* to;
      const char* why;
    };
    std::vector<Forgery> forgeries = {
        {"\"type\":\"payout\",\"account\":\"pps:0.02\"", "\"all\":[", "\"all\":[1",
         "miner 0 has 1"},
        {"\"type\":\"reversal\"", "\"id\":5", "\"id\":6", "id is 6, recomputed 5"},
        {"\"type\":\"close\"", "\"unpaid\":", "\"unpaid\":1", "accounts is"},
        {"\"type\":\"maturity\"", "\"id\":", "\"id\":9", "recomputed"},
        {"\"type\":\"open\"", "\"threshold_btc\":0.5", "\"threshold_btc\":0.50", "not written as"},
        {"\"type\":\"mature\"", "\"height\":", "\"height\": ", "not written as"},
    };
    if (detail == LedgerDetail::kWork) {
      forgeries.push_back({"\"account\":\"pplns:2\",\"for\":\"block\"", "\"all\":[", "\"all\":[9",
                           "credit of pplns:2: miner 0 has 9"});
      forgeries.push_back({"\"account\":\"pps:0.02\",\"for\":\"shares\"", "\"all\":[", "\"all\":[2",
                           "credit of pps:0.02: miner 0 has 2"});
      forgeries.push_back(
          {"\"account\":\"prop\",\"for\":\"block\"", "\"kept\":", "\"kept\":1", "kept is 1"});
    } else {
      forgeries.push_back(
          {"\"account\":\"prop\",\"for\":\"block\"", "\"kept\":", "\"kept\":1", "kept is 1"});
      forgeries.push_back({"\"account\":\"prop\",\"for\":\"block\"", "\"all\":[", "\"all\":[90000",
                           "more than the block's reward"});
    }
    for (const Forgery& forgery : forgeries) {
      const std::size_t index = find(forgery.line);
      const LedgerAudit audit = audit_of(forged(lines, index, forgery.from, forgery.to));
      INFO(forgery.line, " ", audit.why);
      CHECK(audit.verdict == LedgerVerdict::kBad);
      CHECK(audit.line == static_cast<std::int64_t>(index) + 1);
      CHECK(audit.why.find(forgery.why) != std::string::npos);
    }
    // Forged events show at the first line that follows from them.
    for (const auto& [line, from, to] :
         {std::array{"\"type\":\"block\"", "\"subsidy\":312", "\"subsidy\":322"},
          std::array{"\"type\":\"settle\"", "\"time\":", "\"time\":-"},
          std::array{"\"type\":\"block\"", "\"finder\":", "\"finder\":9"},
          std::array{"\"type\":\"network\"", "\"difficulty\":300", "\"difficulty\":-1"},
          std::array{"\"type\":\"day\"", "\"type\":\"day\"", "\"type\":\"dey\""}}) {
      const std::size_t index = find(line);
      const LedgerAudit audit = audit_of(forged(lines, index, from, to));
      INFO(line, " ", audit.why);
      CHECK(audit.verdict == LedgerVerdict::kBad);
      CHECK(audit.line >= static_cast<std::int64_t>(index) + 1);
      CHECK(audit.line <= static_cast<std::int64_t>(index) + 3);
    }
  }
  SUBCASE("forged work shows in the credits") {
    const std::vector<std::string> lines = lines_of(run_pool(Fidelity::kFlow, LedgerDetail::kWork));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].find("\"counts\":[") == std::string::npos) continue;
      const LedgerAudit audit = audit_of(forged(lines, i, "\"counts\":[", "\"counts\":[1"));
      INFO(audit.why);
      CHECK(audit.verdict == LedgerVerdict::kBad);
      CHECK(audit.line == static_cast<std::int64_t>(i) + 2);
      break;
    }
  }
}

TEST_CASE("the ledger of a pool that draws its shares verifies in both fidelities") {
  for (const Fidelity fidelity : kFidelities) {
    for (const LedgerDetail detail : kDetails) {
      PoolConfig config;
      for (const char* spec : {"eta:0.8", "pps", "pplns:1", "slice:1", "geo:0.3", "eta-pps:0.9"}) {
        config.schemes.push_back(parse_scheme(spec));
      }
      config.payout.maturity_blocks = 3;
      const std::size_t miners = 40;
      std::vector<double> hashes(miners);
      for (std::size_t i = 0; i < miners; ++i) hashes[i] = 1e14 * static_cast<double>(1 + i % 7);
      Pool pool(config, {hashes, std::vector<double>(miners, 0.3), {}}, fidelity, {.seed = 9});
      std::string text;
      Ledger ledger(detail, [&](std::string_view line) { text += line; });
      pool.keep_ledger(ledger, "none");
      const double difficulty = pool.total_hashes_per_s() * 1200.0 / kHashesPerWork;
      Time now;
      pool.on_network(now, difficulty, Satoshi(312'500'000));
      for (int block = 0; block < 12; ++block) {
        now += Time::seconds(600.0 + 100.0 * block);
        if (block % 3 == 1) {
          pool.win({static_cast<std::uint64_t>(block), 100 + block, now,
                    pool.miner_at(0.08 * block), difficulty, Satoshi(312'500'000),
                    Satoshi(1'000'000)});
        }
        pool.new_tip(now);
        pool.mature(100 + block);
        if (block == 5) pool.scale(now, 1.1);
        if (block == 7) pool.on_network(now, 1.2 * difficulty, Satoshi(312'500'000));
        if (block % 5 == 4) {
          pool.end_day(now, Satoshi(900'000));
          pool.settle(now);
        }
      }
      pool.close_ledger(now + Time::seconds(50.0));
      const LedgerAudit audit = audit_of(text);
      INFO(audit.why, " in line ", audit.line);
      CHECK(audit.verdict == LedgerVerdict::kSound);
      CHECK(audit.blocks == 4);
      CHECK(pool.accounts()[0].book.paid() > Satoshi(0));
    }
  }
}

TEST_CASE("a miner's pay is explained line by line") {
  const std::string text = run_pool(Fidelity::kShare, LedgerDetail::kWork);
  const TemporaryFile file(text);
  const std::string& path = file.path();
  const std::string statement = explain_miner(path, 3);
  for (const char* part :
       {"pplns:2 (pplns:2:fee=0.01), miner 3", "for shares; ", "paid out", "taken back",
        "can be paid now", "found by this miner", "forfeited: a \"false\" identity", "balance "}) {
    INFO(part);
    if (std::string_view(part).substr(0, 8) != "pplns:2 ") {
      CHECK(statement.find(part) != std::string::npos);
    }
  }
  for (const Statement& account : statements_of(path, 3)) {
    std::int64_t balance = 0;
    for (const StatementEntry& entry : account.entries) balance += entry.satoshi;
    CHECK(balance == account.earned_sat - account.paid_sat);
  }
  CHECK_THROWS_WITH_AS(explain_miner(path, 6), doctest::Contains("there is no miner 6"),
                       ConfigError);
  CHECK_THROWS_AS(explain_miner(path, -1), ConfigError);
  std::string broken = text;
  broken[200] ^= 1;
  CHECK_THROWS_AS(explain_miner(TemporaryFile(broken).path(), 3), ConfigError);
  CHECK_THROWS_AS(verify_ledger("/nowhere/at/all.jsonl"), IoError);
}
