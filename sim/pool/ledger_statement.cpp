#include "sim/pool/ledger_statement.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/units.hpp"
#include "sim/pool/ledger_chain.hpp"

namespace aicmp {
namespace {

using Json = nlohmann::json;

std::string btc(std::int64_t satoshi) {
  return fmt::format("{:.8f} BTC", Satoshi(satoshi).btc());
}

class Explainer {
 public:
  explicit Explainer(std::int64_t miner) : miner_(miner) {}

  void take(const Json& line) {
    const auto& type = line.at("type").get_ref<const std::string&>();
    if (line.contains("time")) day_ = Time::nanoseconds(line["time"].get<std::int64_t>()).in_days();
    if (type == "open") open(line);
    if (type == "work") work(line);
    if (type == "difficulty") difficulty_ = line.at("all").at(index()).get<double>();
    if (type == "block") block(line);
    if (type == "change") change(line);
    if (type == "forfeit") reason_ = line.at("reason").get<std::string>();
    if (!line.contains("account") || type == "owners") return;
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      if (statements_[i].name == line["account"]) move(i, type, line);
    }
  }

  std::vector<Statement> take_statements() { return std::move(statements_); }

 private:
  std::size_t index() const { return static_cast<std::size_t>(miner_); }

  void open(const Json& line) {
    const auto miners = line.at("miners").get<std::int64_t>();
    if (miner_ < 0 || miner_ >= miners) {
      throw ConfigError({}, "miner", fmt::format("there is no miner {}", miner_),
                        fmt::format("0 to {}", miners - 1));
    }
    for (const Json& account : line.at("accounts")) {
      statements_.push_back({.name = account.at("name").get<std::string>(),
                             .scheme = account.at("scheme").get<std::string>(),
                             .entries = {}});
    }
    block_parts_.resize(statements_.size());
  }

  void change(const Json& line) {
    for (Statement& statement : statements_) {
      if (statement.name != line.at("scheme")) continue;
      add(statement, line, 0,
          fmt::format("new terms: {} {:g}, announced on day {:g}: {}",
                      line.at("term").get<std::string>(), line.at("value").get<double>(),
                      line.at("announced_day").get<double>(),
                      line.at("reason").get<std::string>()));
    }
  }

  void work(const Json& line) {
    day_ = Time::nanoseconds(line.at("end").get<std::int64_t>()).in_days();
    if (line.contains("counts")) {
      const auto count = line["counts"].at(index()).get<std::int64_t>();
      shares_ += count;
      work_ += static_cast<double>(count) * difficulty_;
      return;
    }
    for (const Json& share : line.at("shares")) {
      if (share.at(1) != miner_) continue;
      ++shares_;
      work_ += share.at(2).get<double>();
    }
  }

  void block(const Json& line) {
    block_height_ = line.at("height").get<std::int64_t>();
    block_reward_ = line.at("subsidy").get<std::int64_t>() + line.at("fees").get<std::int64_t>();
    found_ = line.at("finder") == miner_;
  }

  /// The miner's amount in a list of either form, and the sum over all miners.
  std::pair<std::int64_t, std::int64_t> amount(const Json& line) const {
    std::int64_t own = 0;
    std::int64_t sum = 0;
    if (line.contains("all")) {
      for (const Json& value : line["all"]) sum += value.get<std::int64_t>();
      return {line["all"].at(index()).get<std::int64_t>(), sum};
    }
    const Json& list = line.at("some");
    for (std::size_t k = 0; k + 1 < list.size(); k += 2) {
      const auto value = list[k + 1].get<std::int64_t>();
      sum += value;
      if (list[k] == miner_) own = value;
    }
    return {own, sum};
  }

  void move(std::size_t account, const std::string& type, const Json& line) {
    Statement& s = statements_[account];
    std::map<std::uint64_t, std::int64_t>& block_parts = block_parts_[account];
    if (type == "maturity") {
      const auto part = block_parts.find(line.at("id").get<std::uint64_t>());
      if (part == block_parts.end()) return;
      add(s, line, 0, fmt::format("{} of an earlier block can be paid now", btc(part->second)));
      block_parts.erase(part);
      return;
    }
    if (type == "forfeiture") {
      if (line.at("miner") != miner_) return;
      const auto lost = line.at("amount").get<std::int64_t>();
      s.earned_sat -= lost;
      block_parts.clear();
      add(s, line, -lost, "forfeited: " + reason_);
      return;
    }
    const auto [own, sum] = amount(line);
    if (own == 0) return;
    if (type == "payout") {
      s.paid_sat += own;
      add(s, line, -own, "paid out");
    } else if (type == "reversal") {
      s.earned_sat -= own;
      block_parts.erase(line.at("id").get<std::uint64_t>());
      add(s, line, -own, "taken back: the block lost its place in the chain");
    } else if (line.at("for") == "block") {
      s.earned_sat += own;
      block_parts[line.at("id").get<std::uint64_t>()] = own;
      add(s, line, own,
          fmt::format("for block {} of {}: {:.4f} % of {} that miners get{}", block_height_,
                      btc(block_reward_),
                      100.0 * static_cast<double>(own) / static_cast<double>(sum), btc(sum),
                      found_ ? "; found by this miner" : ""));
    } else {
      s.earned_sat += own;
      add(s, line, own,
          work_ > 0.0 ? fmt::format("for shares; {} so far, {:.6g} of work", shares_, work_)
                      : std::string("for shares"));
    }
  }

  void add(Statement& s, const Json& line, std::int64_t by, std::string why) const {
    s.entries.push_back({line.at("line").get<std::int64_t>(), day_, by, std::move(why)});
  }

  std::int64_t miner_;
  std::vector<Statement> statements_;
  std::vector<std::map<std::uint64_t, std::int64_t>> block_parts_;  // by statement: not yet mature
  double day_ = 0.0;
  double difficulty_ = 0.0;
  double work_ = 0.0;
  std::int64_t shares_ = 0;
  std::int64_t block_height_ = 0;
  std::int64_t block_reward_ = 0;
  bool found_ = false;
  std::string reason_;  // of the last forfeit
};

}  // namespace

std::vector<Statement> statements_of(const std::string& path, std::int64_t miner) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path, fmt::format("cannot be opened: {}", std::strerror(errno)));
  LedgerChain chain;
  Explainer explainer(miner);
  std::string text;
  int line = 0;
  while (std::getline(file, text) && !file.eof()) {
    const std::string broken = chain.check(text);
    if (!broken.empty()) throw ConfigError({path, line + 1}, "", broken);
    ++line;
    try {
      explainer.take(Json::parse(text));
    } catch (const Json::exception& error) {
      throw ConfigError({path, line}, "", error.what());
    }
  }
  if (line == 0) throw ConfigError({path, 1}, "", "not a ledger");
  return explainer.take_statements();
}

std::string explain_miner(const std::string& path, std::int64_t miner) {
  std::string text;
  for (const Statement& s : statements_of(path, miner)) {
    text += fmt::format("{} ({}), miner {}\n", s.name, s.scheme, miner);
    for (const StatementEntry& entry : s.entries) {
      text += fmt::format("  line {:>6}  day {:9.3f}  {:>+17.8f} BTC  {}\n", entry.line, entry.day,
                          Satoshi(entry.satoshi).btc(), entry.why);
    }
    text += fmt::format("  earned {}, paid {}, balance {}\n\n", btc(s.earned_sat), btc(s.paid_sat),
                        btc(s.earned_sat - s.paid_sat));
  }
  return text;
}

}  // namespace aicmp
