#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/pool/book.hpp"
#include "sim/pool/ledger.hpp"
#include "sim/pool/scheme.hpp"
#include "sim/pool/terms_change.hpp"
#include "sim/pool/window_shelf.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// A reward scheme with its money.
struct Account {
  std::string name;
  SchemeConfig config;
  std::unique_ptr<RewardScheme> scheme;
  Book book;
};

/// What a set of accounts is made of.
struct AccountsConfig {
  std::vector<SchemeConfig> schemes;
  PayoutConfig payout;
  std::size_t miners = 0;
  Fidelity fidelity = Fidelity::kFlow;
  WorldKey key;  // of the random cuts of flow windows
};

/// Every reward scheme of a pool with its money, side by side on the same work and blocks. A
/// function of the calls alone, so that a ledger of the calls can be replayed. Driven in order of
/// time; on_network() comes before anything else.
class Accounts {
 public:
  /// Throws ConfigError if a scheme is not accepted.
  explicit Accounts(const AccountsConfig& config);
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  /// Writes everything from now on, to be called before on_network(). `ledger` outlives this.
  /// Throws ConfigError if a scheme has a rule of the caller's own.
  void keep_ledger(Ledger& ledger, const std::string& scenario_sha256);
  /// Writes the ledger's last line; nothing may follow. Without a ledger nothing happens.
  void close_ledger(Time now);

  void on_network(Time now, double difficulty, Satoshi subsidy);
  /// Whether any scheme cares for on_template().
  bool need_templates() const;
  /// What jobs build on from its time on; at every new block at least.
  void on_template(const PoolTemplate& new_template);
  /// Several single shares come from a ShareList, as a replay of the ledger makes them: PPS rounds
  /// to satoshi by group.
  void on_work(const WorkBatch& batch);
  /// Our block; its finder's share is in the work before it.
  void on_block(const PoolBlock& block);
  /// The last block of ours lost its place.
  void on_orphan(const PoolBlock& block);
  /// A day has passed; mean transaction fees of the network's blocks in it.
  void on_day(Time now, Satoshi mean_block_fees);
  /// Parts of blocks with enough confirmations at chain height `height` become payable.
  void mature(std::int64_t height);
  /// Every account keeps what the miner is owed, for `reason`.
  void forfeit(Time now, std::uint32_t miner, const std::string& reason);
  /// Pays balances of every account; one entry each.
  std::vector<PayoutBatch> settle(Time now);

  /// Pays the operator's owners from every account.
  void pay_dividends(Time now);
  /// The operator sets a parameter anew; only the ledger cares.
  void record(Time now, const OperatorDecision& decision);
  /// New terms of the scheme that the change names, from now on.
  void change_terms(Time now, const TermsChange& change);

  std::span<const Account> list() const { return accounts_; }

 private:
  void end_event();

  AccountsConfig config_;
  WindowShelf windows_;
  std::vector<Account> accounts_;
  Ledger* ledger_ = nullptr;
};

/// The name of a scheme in results: its own, or its spec.
std::string account_name(const SchemeConfig& scheme);

}  // namespace aicmp
