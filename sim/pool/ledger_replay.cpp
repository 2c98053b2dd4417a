#include "sim/pool/ledger_replay.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/pool/accounts.hpp"
#include "sim/pool/share_groups.hpp"

namespace aicmp {
namespace {

using Json = nlohmann::json;

void require(bool holds, const char* why) {
  if (!holds) throw std::runtime_error(why);
}

const std::string& text_of(const Json& line, const char* key) {
  return line.at(key).get_ref<const std::string&>();
}

Time time_of(const Json& line, const char* key = "time") {
  return Time::nanoseconds(line.at(key).get<std::int64_t>());
}

Satoshi satoshi(std::int64_t amount) {
  require(amount >= 0 && amount <= 21'000'000 * kSatoshiPerBtc, "an amount that cannot be");
  return Satoshi(amount);
}

double positive(double number) {
  require(std::isfinite(number) && number > 0.0, "a difficulty that is not positive");
  return number;
}

std::vector<Satoshi> amounts_of(const Json& line, std::size_t miners) {
  std::vector<Satoshi> amounts(miners);
  if (line.contains("all")) {
    const auto values = line["all"].get<std::vector<std::int64_t>>();
    require(values.size() == miners, "a list that is not one amount a miner");
    for (std::size_t i = 0; i < miners; ++i) amounts[i] = satoshi(values[i]);
    return amounts;
  }
  const auto values = line.at("some").get<std::vector<std::int64_t>>();
  require(values.size() % 2 == 0, "a list that is not miner, amount, ...");
  for (std::size_t k = 0; k < values.size(); k += 2) {
    require(values[k] >= 0 && values[k] < static_cast<std::int64_t>(miners), "no such miner");
    amounts[static_cast<std::size_t>(values[k])] = satoshi(values[k + 1]);
  }
  return amounts;
}

AccountsConfig config_of(const Json& opening) {
  require(opening.at("format") == 1, "a format that this version does not know");
  const std::string& fidelity = text_of(opening, "fidelity");
  require(fidelity == "share" || fidelity == "flow", "an unknown fidelity");
  AccountsConfig config;
  config.fidelity = fidelity == "share" ? Fidelity::kShare : Fidelity::kFlow;
  config.key = {opening.at("seed").get<std::uint64_t>(), opening.at("world").get<std::uint32_t>(),
                opening.at("episode").get<std::uint32_t>()};
  config.miners = opening.at("miners").get<std::size_t>();
  require(config.miners > 0 && config.miners <= 100'000'000, "a number of miners that cannot be");
  config.payout = {opening.at("reserve_btc").get<double>(),
                   opening.at("threshold_btc").get<double>(),
                   opening.at("transaction_fee_sat_per_vb").get<double>(),
                   opening.at("outputs_per_transaction").get<std::int64_t>(),
                   opening.at("maturity_blocks").get<std::int64_t>()};
  config.payout.dividend = opening.at("dividend").get<double>();
  config.payout.dividend_keeps_btc = opening.at("dividend_keeps_btc").get<double>();
  require(config.payout.outputs_per_transaction > 0, "no outputs per transaction");
  for (const Json& account : opening.at("accounts")) {
    config.schemes.push_back(parse_scheme(text_of(account, "scheme")));
    config.schemes.back().name = text_of(account, "name");
  }
  return config;
}

TermsChange change_of(const Json& line) {
  const std::string& term = text_of(line, "term");
  require(term == "fee" || term == "eta", "an unknown term");
  const auto value = line.at("value").get<double>();
  require(value >= 0.0 && value <= 1.0, "a value that cannot be");
  return {line.at("announced_day").get<double>(), text_of(line, "scheme"),
          term == "fee" ? Term::kFee : Term::kEta, value, text_of(line, "reason")};
}

OperatorDecision decision_of(const Json& line) {
  const std::string& name = text_of(line, "parameter");
  for (int i = 0; i <= static_cast<int>(OperatorParameter::kLostBlocks); ++i) {
    const auto parameter = static_cast<OperatorParameter>(i);
    if (name != name_of(parameter)) continue;
    return {text_of(line, "scheme"), parameter, line.at("before").get<double>(),
            line.at("after").get<double>(), text_of(line, "reason")};
  }
  throw std::runtime_error("an unknown parameter");
}

/// What both details share: the ledger written again, and the order of things.
class Replay : public LedgerReplay {
 public:
  Replay(AccountsConfig config, LedgerDetail detail, std::function<void(std::string_view)> write)
      : config_(std::move(config)), ledger_(detail, std::move(write)) {}

  LedgerDetail detail() const override { return ledger_.detail(); }

  bool apply(const Json& line) override {
    const std::string& type = text_of(line, "type");
    if (type == "network") {
      difficulty_ = positive(line.at("difficulty").get<double>());
      on_network(next_time(line), satoshi(line.at("subsidy").get<std::int64_t>()));
    } else if (type == "block") {
      require(difficulty_ > 0.0, "a block before the network is known");
      read_block(line);
      on_block();
    } else if (type == "orphan") {
      require(can_lose_ && line.at("id") == block_.id, "only the newest block can be lost");
      can_lose_ = false;
      on_orphan();
    } else if (type == "day") {
      on_day(next_time(line), satoshi(line.at("mean_block_fees").get<std::int64_t>()));
    } else if (type == "mature") {
      mature(line.at("height").get<std::int64_t>());
    } else if (type == "settle") {
      settle(next_time(line));
    } else if (type == "forfeit") {
      const auto miner = line.at("miner").get<std::uint32_t>();
      require(miner < config_.miners, "no such miner");
      forfeit(next_time(line), miner, text_of(line, "reason"));
    } else if (type == "change") {
      const TermsChange change = change_of(line);
      const bool known =
          std::any_of(config_.schemes.begin(), config_.schemes.end(),
                      [&](const SchemeConfig& scheme) { return scheme.name == change.scheme; });
      require(known, "no such scheme");
      change_terms(next_time(line), change);
    } else if (type == "decision") {
      const Time now = next_time(line);
      ledger_.decision(now, decision_of(line));
    } else if (type == "dividend") {
      pay_dividends(next_time(line));
    } else if (type == "close") {
      close(next_time(line));
    } else {
      return apply_more(type, line);
    }
    return true;
  }

 protected:
  virtual void on_network(Time now, Satoshi subsidy) = 0;
  virtual void on_block() = 0;
  virtual void on_orphan() = 0;
  virtual void on_day(Time now, Satoshi mean_block_fees) = 0;
  virtual void mature(std::int64_t height) = 0;
  virtual void settle(Time now) = 0;
  virtual void forfeit(Time now, std::uint32_t miner, const std::string& reason) = 0;
  virtual void pay_dividends(Time now) = 0;
  virtual void change_terms(Time now, const TermsChange& change) = 0;
  virtual void close(Time now) = 0;
  virtual bool apply_more(const std::string& type, const Json& line) = 0;

  Time next_time(const Json& line, const char* key = "time") {
    const Time time = time_of(line, key);
    require(time >= now_, "earlier than the line before");
    return now_ = time;
  }

  AccountsConfig config_;
  Ledger ledger_;
  double difficulty_ = 0.0;
  PoolBlock block_;
  bool can_lose_ = false;

 private:
  void read_block(const Json& line) {
    block_.id = line.at("id").get<std::uint64_t>();
    block_.height = line.at("height").get<std::int64_t>();
    block_.time = next_time(line);
    block_.finder = line.at("finder").get<std::uint32_t>();
    require(block_.finder < config_.miners, "no such miner");
    block_.difficulty = positive(line.at("difficulty").get<double>());
    block_.subsidy = satoshi(line.at("subsidy").get<std::int64_t>());
    block_.fees = satoshi(line.at("fees").get<std::int64_t>());
    can_lose_ = true;
  }

  Time now_ = Time::nanoseconds(INT64_MIN);
};

/// LedgerDetail::kWork: the schemes compute every credit again.
class WorkReplay final : public Replay {
 public:
  WorkReplay(const AccountsConfig& config, const std::string& scenario_sha256,
             std::function<void(std::string_view)> write)
      : Replay(config, LedgerDetail::kWork, std::move(write)),
        accounts_(config),
        groups_(config.miners) {
    accounts_.keep_ledger(ledger_, scenario_sha256);
  }

 private:
  void on_network(Time now, Satoshi subsidy) override {
    accounts_.on_network(now, difficulty_, subsidy);
  }
  void on_block() override {
    require(last_workers_.size() == 1
                ? last_workers_[0] == block_.finder
                : std::binary_search(last_workers_.begin(), last_workers_.end(), block_.finder),
            "a block without its finder's share");
    accounts_.on_block(block_);
  }
  void on_orphan() override { accounts_.on_orphan(block_); }
  void on_day(Time now, Satoshi fees) override { accounts_.on_day(now, fees); }
  void mature(std::int64_t height) override { accounts_.mature(height); }
  void settle(Time now) override { accounts_.settle(now); }
  void forfeit(Time now, std::uint32_t miner, const std::string& reason) override {
    accounts_.forfeit(now, miner, reason);
  }
  void pay_dividends(Time now) override { accounts_.pay_dividends(now); }
  void change_terms(Time now, const TermsChange& change) override {
    accounts_.change_terms(now, change);
  }
  void close(Time now) override { accounts_.close_ledger(now); }

  bool apply_more(const std::string& type, const Json& line) override {
    if (type == "difficulty") {
      auto list = line.at("all").get<std::vector<double>>();
      require(list.size() == config_.miners, "a list that is not one difficulty a miner");
      for (const double difficulty : list) {
        require(difficulty >= 0.0 && std::isfinite(difficulty), "a difficulty that cannot be");
      }
      share_difficulty_ = std::make_shared<const std::vector<double>>(std::move(list));
      ledger_.difficulty(share_difficulty_);
      return true;
    }
    if (type == "template") {
      accounts_.on_template({time_of(line), line.at("new_block").get<bool>(),
                             satoshi(line.at("fees").get<std::int64_t>())});
      return true;
    }
    if (type != "work") return false;
    require(difficulty_ > 0.0, "work before the network is known");
    WorkBatch batch;
    batch.begin = time_of(line, "begin");
    batch.end = next_time(line, "end");
    require(batch.begin <= batch.end, "work that ends before it begins");
    batch.era = line.at("era").get<std::uint64_t>();
    batch.difficulty = share_difficulty_;
    last_workers_.clear();
    if (line.contains("counts")) {
      read_counts(line["counts"]);
      batch.counts = counts_;
    } else {
      read_shares(line.at("shares"));
      batch.shares = shares_;
      groups_.add_to(batch);
    }
    double work = 0.0;
    batch.for_each([&](std::uint32_t, std::int64_t, double w) { work += w; });
    require(work <= 1e6 * difficulty_, "more work than can be");
    accounts_.on_work(batch);
    return true;
  }

  void read_counts(const Json& list) {
    require(config_.fidelity == Fidelity::kFlow, "counts where single shares are kept");
    require(share_difficulty_ != nullptr, "counts before their difficulty");
    counts_ = list.get<std::vector<std::int32_t>>();
    require(counts_.size() == config_.miners, "a list that is not one count a miner");
    for (std::uint32_t i = 0; i < counts_.size(); ++i) {
      require(counts_[i] >= 0, "a count below 0");
      if (counts_[i] > 0) last_workers_.push_back(i);
    }
  }

  void read_shares(const Json& list) {
    shares_.clear();
    for (const Json& share : list) {
      require(share.size() == 3, "a share that is not time, miner, work");
      shares_.push_back({Time::nanoseconds(share[0].get<std::int64_t>()),
                         share[1].get<std::uint32_t>(), positive(share[2].get<double>())});
      require(shares_.back().miner < config_.miners, "no such miner");
    }
    if (!shares_.empty()) last_workers_.push_back(shares_.back().miner);
  }

  Accounts accounts_;
  std::shared_ptr<const std::vector<double>> share_difficulty_;
  std::vector<std::int32_t> counts_;
  std::vector<CreditedShare> shares_;
  ShareGroups groups_;
  std::vector<std::uint32_t> last_workers_;  // of the last work line; ascending
};

/// LedgerDetail::kBlocks: credits are taken as they are, the books compute the rest again.
class CreditReplay final : public Replay {
 public:
  CreditReplay(const AccountsConfig& config, const std::string& scenario_sha256,
               std::function<void(std::string_view)> write)
      : Replay(config, LedgerDetail::kBlocks, std::move(write)) {
    LedgerOpening opening{scenario_sha256, config_.key,    config_.fidelity,
                          config_.miners,  config_.payout, {}};
    for (const SchemeConfig& scheme : config_.schemes) {
      opening.accounts.emplace_back(scheme.name, scheme);
      names_.push_back(scheme.name);
    }
    ledger_.open(opening);
    for (std::size_t i = 0; i < names_.size(); ++i) {
      books_.push_back(std::make_unique<Book>(config_.payout, config_.miners));
      books_.back()->observe(&ledger_.account(i));
    }
  }

 private:
  void on_network(Time now, Satoshi subsidy) override {
    ledger_.network(now, difficulty_, subsidy);
  }
  void on_block() override {
    ledger_.block(block_);
    for (const auto& book : books_) book->receive(block_.height, block_.reward());
    split_.assign(books_.size(), false);
  }
  void on_orphan() override {
    ledger_.orphan(block_);
    for (const auto& book : books_) {
      book->lose(block_.height, block_.reward());
      book->reverse(block_.id);
    }
  }
  void on_day(Time now, Satoshi fees) override { ledger_.day(now, fees); }
  void mature(std::int64_t height) override {
    ledger_.mature(height);
    for (const auto& book : books_) book->mature(height);
  }
  void settle(Time now) override {
    ledger_.settle(now);
    for (const auto& book : books_) book->settle();
    ledger_.end_event();
  }
  void forfeit(Time now, std::uint32_t miner, const std::string& reason) override {
    ledger_.forfeit(now, miner, reason);
    for (const auto& book : books_) book->forfeit(miner);
  }
  void pay_dividends(Time now) override {
    ledger_.dividend(now);
    for (const auto& book : books_) book->pay_dividend();
  }
  void change_terms(Time now, const TermsChange& change) override { ledger_.change(now, change); }
  void close(Time now) override {
    std::vector<const Book*> books;
    for (const auto& book : books_) books.push_back(book.get());
    ledger_.close(now, books);
  }

  bool apply_more(const std::string& type, const Json& line) override {
    if (type != "credit") return false;
    const auto account = static_cast<std::size_t>(
        std::find(names_.begin(), names_.end(), text_of(line, "account")) - names_.begin());
    require(account < names_.size(), "no such account");
    std::vector<Satoshi> amounts = amounts_of(line, config_.miners);
    if (text_of(line, "for") == "shares") {
      for (std::uint32_t i = 0; i < amounts.size(); ++i) {
        books_[account]->credit(i, static_cast<double>(amounts[i].value()));
      }
      ledger_.write_credits();
      return true;
    }
    require(can_lose_ && line.at("id") == block_.id, "not for the newest block");
    require(!split_[account], "a second credit for one block");
    split_[account] = true;
    Satoshi sum;
    for (const Satoshi amount : amounts) {
      sum += amount;
      require(sum <= block_.reward(), "more than the block's reward");
    }
    books_[account]->distribute(block_.id, block_.height, std::move(amounts));
    return true;
  }

  std::vector<std::string> names_;
  std::vector<std::unique_ptr<Book>> books_;
  std::vector<bool> split_;  // whether the account has its credit for the newest block
};

}  // namespace

std::unique_ptr<LedgerReplay> LedgerReplay::begin(const Json& opening,
                                                  std::function<void(std::string_view)> write) {
  require(text_of(opening, "type") == "open", "the first line does not open a ledger");
  const AccountsConfig config = config_of(opening);
  const std::string& scenario = text_of(opening, "scenario_sha256");
  const std::string& detail = text_of(opening, "detail");
  if (detail == "work") return std::make_unique<WorkReplay>(config, scenario, std::move(write));
  require(detail == "blocks", "an unknown detail");
  return std::make_unique<CreditReplay>(config, scenario, std::move(write));
}

}  // namespace aicmp
