#include "sim/pool/ledger.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/compile.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr int kFormat = 1;

std::string_view name_of(LedgerDetail detail) {
  return detail == LedgerDetail::kWork ? "work" : "blocks";
}

std::string_view what_is_recomputed(LedgerDetail detail) {
  return detail == LedgerDetail::kWork
             ? "credits from work and blocks; reversals, maturities, payouts and totals from these"
             : "reversals, maturities, payouts and totals from the credits; not the credits, for "
               "work is not logged";
}

}  // namespace

/// Gathers what one account does during an event.
class Ledger::Account final : public BookObserver {
 public:
  Account(Ledger& ledger, std::string name, std::size_t miners)
      : ledger_(ledger), name_(std::move(name)), credits_(miners), payments_(miners) {}

  void on_credit(std::uint32_t miner, Satoshi amount) override {
    credits_[miner] += amount;
    has_credits_ = true;
  }
  void on_distribution(std::uint64_t block_id, std::span<const Satoshi> parts) override {
    Satoshi sum;
    for (const Satoshi part : parts) sum += part;
    begin("credit");
    ledger_.text("for", "block");
    ledger_.field("id", block_id);
    ledger_.field("kept", (ledger_.block_reward_ - sum).value());
    ledger_.amounts(parts);
    ledger_.finish();
  }
  void on_reversal(std::uint64_t block_id, std::span<const Satoshi> parts) override {
    begin("reversal");
    ledger_.field("id", block_id);
    ledger_.amounts(parts);
    ledger_.finish();
  }
  void on_maturity(std::uint64_t block_id) override {
    begin("maturity");
    ledger_.field("id", block_id);
    ledger_.finish();
  }
  void on_forfeiture(std::uint32_t miner, Satoshi amount) override {
    begin("forfeiture");
    ledger_.field("miner", miner);
    ledger_.field("amount", amount.value());
    ledger_.finish();
  }
  void on_payment(std::uint32_t miner, Satoshi amount) override {
    payments_[miner] += amount;
    has_payments_ = true;
  }
  void on_transaction_cost(Satoshi cost) override { transaction_cost_ += cost; }
  void on_dividend(Satoshi amount) override {
    begin("owners");
    ledger_.field("amount", amount.value());
    ledger_.finish();
  }

  void write_credits() {
    if (!has_credits_) return;
    begin("credit");
    ledger_.text("for", "shares");
    ledger_.amounts(credits_);
    ledger_.finish();
    std::fill(credits_.begin(), credits_.end(), Satoshi(0));
    has_credits_ = false;
  }
  void write_payments() {
    if (!has_payments_) return;
    begin("payout");
    ledger_.field("transaction_cost", transaction_cost_.value());
    ledger_.amounts(payments_);
    ledger_.finish();
    std::fill(payments_.begin(), payments_.end(), Satoshi(0));
    transaction_cost_ = Satoshi(0);
    has_payments_ = false;
  }

  const std::string& name() const { return name_; }

 private:
  void begin(std::string_view type) {
    ledger_.begin(type);
    ledger_.text("account", name_);
  }

  Ledger& ledger_;
  std::string name_;
  std::vector<Satoshi> credits_;
  std::vector<Satoshi> payments_;
  Satoshi transaction_cost_;
  bool has_credits_ = false;
  bool has_payments_ = false;
};

Ledger::Ledger(LedgerDetail detail, std::function<void(std::string_view)> write)
    : detail_(detail), write_(std::move(write)) {
  AICMP_ASSERT(detail != LedgerDetail::kOff);
}

Ledger::~Ledger() = default;

BookObserver& Ledger::account(std::size_t index) {
  return *accounts_[index];
}

void Ledger::begin(std::string_view type) {
  line_.clear();
  fmt::format_to(std::back_inserter(line_), FMT_COMPILE(R"({{"line":{},"type":"{}")"), ++lines_,
                 type);
}

void Ledger::begin_event(std::string_view type) {
  write_credits();
  begin(type);
}

void Ledger::finish() {
  write_(chain_.seal(line_));
}

template <typename Value>
void Ledger::field(std::string_view key, const Value& value) {
  fmt::format_to(std::back_inserter(line_), FMT_COMPILE(R"(,"{}":{})"), key, value);
}

void Ledger::text(std::string_view key, std::string_view value) {
  field(key, nlohmann::json(std::string(value)).dump());
}

template <typename Values>
void Ledger::list(std::string_view key, const Values& values) {
  fmt::format_to(std::back_inserter(line_), FMT_COMPILE(R"(,"{}":[)"), key);
  bool first = true;
  for (const auto& value : values) {
    if (!first) line_ += ',';
    first = false;
    fmt::format_to(std::back_inserter(line_), FMT_COMPILE("{}"), value);
  }
  line_ += ']';
}

void Ledger::amounts(std::span<const Satoshi> by_miner) {
  const auto concerned = std::count_if(by_miner.begin(), by_miner.end(),
                                       [](Satoshi amount) { return amount != Satoshi(0); });
  std::vector<std::int64_t> values;
  if (4 * concerned < static_cast<std::ptrdiff_t>(by_miner.size())) {
    for (std::size_t i = 0; i < by_miner.size(); ++i) {
      if (by_miner[i] == Satoshi(0)) continue;
      values.push_back(static_cast<std::int64_t>(i));
      values.push_back(by_miner[i].value());
    }
    list("some", values);
  } else {
    for (const Satoshi amount : by_miner) values.push_back(amount.value());
    list("all", values);
  }
}

void Ledger::open(const LedgerOpening& opening) {
  begin("open");
  field("format", kFormat);
  text("scenario_sha256", opening.scenario_sha256);
  text("detail", name_of(detail_));
  text("recomputed", what_is_recomputed(detail_));
  field("seed", opening.key.seed);
  field("world", opening.key.world);
  field("episode", opening.key.episode);
  text("fidelity", opening.fidelity == Fidelity::kShare ? "share" : "flow");
  field("miners", opening.miners);
  field("reserve_btc", opening.payout.reserve_btc);
  field("threshold_btc", opening.payout.threshold_btc);
  field("transaction_fee_sat_per_vb", opening.payout.transaction_fee_sat_per_vb);
  field("outputs_per_transaction", opening.payout.outputs_per_transaction);
  field("maturity_blocks", opening.payout.maturity_blocks);
  field("dividend", opening.payout.dividend);
  field("dividend_keeps_btc", opening.payout.dividend_keeps_btc);
  std::vector<std::string> accounts;
  for (const auto& [name, scheme] : opening.accounts) {
    accounts_.push_back(std::make_unique<Account>(*this, name, opening.miners));
    accounts.push_back(fmt::format(R"({{"name":{},"scheme":{}}})", nlohmann::json(name).dump(),
                                   nlohmann::json(scheme_spec(scheme)).dump()));
  }
  list("accounts", accounts);
  finish();
}

void Ledger::network(Time now, double difficulty, Satoshi subsidy) {
  begin_event("network");
  field("time", now.ns());
  field("difficulty", difficulty);
  field("subsidy", subsidy.value());
  finish();
}

void Ledger::difficulty(std::shared_ptr<const std::vector<double>> by_miner) {
  begin_event("difficulty");
  list("all", *by_miner);
  finish();
  difficulty_ = std::move(by_miner);
}

void Ledger::work(const WorkBatch& batch) {
  if (detail_ != LedgerDetail::kWork) return;
  if (!batch.counts.empty() && batch.difficulty != difficulty_) difficulty(batch.difficulty);
  begin_event("work");
  field("begin", batch.begin.ns());
  field("end", batch.end.ns());
  field("era", batch.era);
  if (!batch.counts.empty()) {
    list("counts", batch.counts);
  } else {
    std::vector<std::string> shares;
    for (const CreditedShare& share : batch.shares) {
      shares.push_back(
          fmt::format(FMT_COMPILE("[{},{},{}]"), share.time.ns(), share.miner, share.work));
    }
    list("shares", shares);
  }
  finish();
}

void Ledger::new_template(const PoolTemplate& new_template) {
  if (detail_ != LedgerDetail::kWork) return;
  begin_event("template");
  field("time", new_template.time.ns());
  field("new_block", new_template.new_block);
  field("fees", new_template.fees.value());
  finish();
}

void Ledger::block(const PoolBlock& block) {
  begin_event("block");
  field("id", block.id);
  field("height", block.height);
  field("time", block.time.ns());
  field("finder", block.finder);
  field("difficulty", block.difficulty);
  field("subsidy", block.subsidy.value());
  field("fees", block.fees.value());
  finish();
  block_reward_ = block.reward();
}

void Ledger::orphan(const PoolBlock& block) {
  begin_event("orphan");
  field("id", block.id);
  finish();
}

void Ledger::day(Time now, Satoshi mean_block_fees) {
  begin_event("day");
  field("time", now.ns());
  field("mean_block_fees", mean_block_fees.value());
  finish();
}

void Ledger::mature(std::int64_t height) {
  begin_event("mature");
  field("height", height);
  finish();
}

void Ledger::settle(Time now) {
  begin_event("settle");
  field("time", now.ns());
  finish();
}

void Ledger::forfeit(Time now, std::uint32_t miner, const std::string& reason) {
  begin_event("forfeit");
  field("time", now.ns());
  field("miner", miner);
  text("reason", reason);
  finish();
}

void Ledger::dividend(Time now) {
  begin_event("dividend");
  field("time", now.ns());
  finish();
}

void Ledger::decision(Time now, const OperatorDecision& decision) {
  begin_event("decision");
  field("time", now.ns());
  text("scheme", decision.scheme);
  text("parameter", name_of(decision.parameter));
  field("before", decision.before);
  field("after", decision.after);
  text("reason", decision.reason);
  finish();
}

void Ledger::change(Time now, const TermsChange& change) {
  begin_event("change");
  field("time", now.ns());
  text("scheme", change.scheme);
  text("term", name_of(change.term));
  field("value", change.value);
  field("announced_day", change.announced_day);
  text("reason", change.reason);
  finish();
}

void Ledger::close(Time now, std::span<const Book* const> books) {
  begin_event("close");
  field("time", now.ns());
  std::vector<std::string> totals;
  for (std::size_t i = 0; i < books.size(); ++i) {
    const Book& book = *books[i];
    totals.push_back(fmt::format(
        R"({{"name":{},"income":{},"credited":{},"paid":{},"unpaid":{},"transaction_costs":{},)"
        R"("dividends":{},"reserve":{}}})",
        nlohmann::json(accounts_[i]->name()).dump(), book.income().value(), book.credited().value(),
        book.paid().value(), book.unpaid().value(), book.transaction_costs().value(),
        book.dividends().value(), book.reserve().value()));
  }
  list("accounts", totals);
  finish();
}

void Ledger::write_credits() {
  for (const std::unique_ptr<Account>& account : accounts_) account->write_credits();
}

void Ledger::end_event() {
  for (const std::unique_ptr<Account>& account : accounts_) account->write_payments();
  if (detail_ == LedgerDetail::kWork) write_credits();
}

}  // namespace aicmp
