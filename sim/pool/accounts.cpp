#include "sim/pool/accounts.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace aicmp {

std::string account_name(const SchemeConfig& scheme) {
  return scheme.name.empty() ? scheme_spec(scheme) : scheme.name;
}

Accounts::Accounts(const AccountsConfig& config)
    : config_(config), windows_(config.fidelity, config.miners, config.key) {
  for (const SchemeConfig& scheme : config.schemes) {
    accounts_.push_back({account_name(scheme), scheme,
                         make_scheme(scheme, {config.miners, &windows_}),
                         Book(config.payout, config.miners)});
  }
}

void Accounts::keep_ledger(Ledger& ledger, const std::string& scenario_sha256) {
  for (const SchemeConfig& scheme : config_.schemes) {
    if (scheme.make) {
      throw ConfigError({}, "run.ledger",
                        "the rule '" + account_name(scheme) + "' cannot be recomputed", "off");
    }
  }
  ledger_ = &ledger;
  LedgerOpening opening{scenario_sha256, config_.key,    config_.fidelity,
                        config_.miners,  config_.payout, {}};
  for (const Account& account : accounts_) {
    opening.accounts.emplace_back(account.name, account.config);
  }
  ledger.open(opening);
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    accounts_[i].book.observe(&ledger.account(i));
  }
}

void Accounts::close_ledger(Time now) {
  if (ledger_ == nullptr) return;
  std::vector<const Book*> books;
  for (const Account& account : accounts_) books.push_back(&account.book);
  ledger_->close(now, books);
  ledger_ = nullptr;
  for (Account& account : accounts_) account.book.observe(nullptr);
}

void Accounts::end_event() {
  if (ledger_ != nullptr) ledger_->end_event();
}

void Accounts::on_network(Time now, double difficulty, Satoshi subsidy) {
  if (ledger_ != nullptr) ledger_->network(now, difficulty, subsidy);
  windows_.on_network(difficulty);
  for (Account& account : accounts_) account.scheme->on_network(difficulty, subsidy);
  end_event();
}

bool Accounts::need_templates() const {
  return std::any_of(accounts_.begin(), accounts_.end(),
                     [](const Account& account) { return account.scheme->needs_templates(); });
}

void Accounts::on_template(const PoolTemplate& new_template) {
  if (!need_templates()) return;
  if (ledger_ != nullptr) ledger_->new_template(new_template);
  for (Account& account : accounts_) account.scheme->on_template(new_template);
}

void Accounts::on_work(const WorkBatch& batch) {
  if (ledger_ != nullptr) ledger_->work(batch);
  windows_.add(batch);
  for (Account& account : accounts_) {
    const Satoshi before = account.book.reserve();
    account.scheme->on_work(batch, account.book);
    account.book.watch_ruin(batch.begin, batch.end, before);
  }
  end_event();
}

void Accounts::on_block(const PoolBlock& block) {
  if (ledger_ != nullptr) ledger_->block(block);
  for (Account& account : accounts_) {
    account.book.receive(block.height, block.reward());
    account.scheme->on_block(block, account.book);
  }
  end_event();
}

void Accounts::on_orphan(const PoolBlock& block) {
  if (ledger_ != nullptr) ledger_->orphan(block);
  for (Account& account : accounts_) {
    account.book.lose(block.height, block.reward());
    account.book.reverse(block.id);
    account.scheme->on_orphan(block);
  }
  end_event();
}

void Accounts::on_day(Time now, Satoshi mean_block_fees) {
  if (ledger_ != nullptr) ledger_->day(now, mean_block_fees);
  for (Account& account : accounts_) {
    const Satoshi before = account.book.reserve();
    account.scheme->on_day(mean_block_fees, account.book);
    account.book.watch_ruin(now, now, before);
  }
  end_event();
}

void Accounts::mature(std::int64_t height) {
  const bool any = std::any_of(accounts_.begin(), accounts_.end(), [&](const Account& account) {
    return account.book.has_mature(height);
  });
  if (!any) return;
  if (ledger_ != nullptr) ledger_->mature(height);
  for (Account& account : accounts_) account.book.mature(height);
  end_event();
}

void Accounts::forfeit(Time now, std::uint32_t miner, const std::string& reason) {
  if (ledger_ != nullptr) ledger_->forfeit(now, miner, reason);
  for (Account& account : accounts_) account.book.forfeit(miner);
  end_event();
}

std::vector<PayoutBatch> Accounts::settle(Time now) {
  if (ledger_ != nullptr) ledger_->settle(now);
  std::vector<PayoutBatch> batches;
  for (Account& account : accounts_) {
    const Satoshi before = account.book.reserve();
    batches.push_back(account.book.settle());
    account.book.watch_ruin(now, now, before);
  }
  end_event();
  return batches;
}

void Accounts::pay_dividends(Time now) {
  if (ledger_ != nullptr) ledger_->dividend(now);
  for (Account& account : accounts_) account.book.pay_dividend();
  end_event();
}

void Accounts::record(Time now, const OperatorDecision& decision) {
  if (ledger_ != nullptr) ledger_->decision(now, decision);
}

void Accounts::change_terms(Time now, const TermsChange& change) {
  const auto account = std::find_if(accounts_.begin(), accounts_.end(),
                                    [&](const Account& a) { return a.name == change.scheme; });
  AICMP_ASSERT(account != accounts_.end());
  if (ledger_ != nullptr) ledger_->change(now, change);
  account->scheme->set_terms(changed(account->scheme->terms(), change));
}

}  // namespace aicmp
