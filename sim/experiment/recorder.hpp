#pragma once

#include <optional>

#include "sim/experiment/output_file.hpp"
#include "sim/experiment/run_folder.hpp"
#include "sim/experiment/site_tables.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {

/// Writes one world into a run folder: timeseries.csv, blocks.csv, payouts.csv, events.jsonl and
/// ledger.jsonl while it runs, miners.csv at the end; site_timeseries.csv, machines.csv and
/// sites.csv where machines are modelled.
class Recorder final : public Observer {
 public:
  /// `scenario` names the columns (one per scheme); `folder` must outlive the recorder.
  /// `scenario_sha256` is that of the folder's scenario.toml, for the ledger.
  Recorder(RunFolder& folder, const Scenario& scenario, std::string scenario_sha256);

  /// ledger.jsonl of the folder, if the scenario orders one.
  LedgerOrder ledger() { return {ledger_ ? &*ledger_ : nullptr, scenario_sha256_}; }

  void on_chain(const World& world, const NetworkBlock& block) override;
  void on_pool_block(const World& world, const PoolBlock& block, BlockFate fate) override;
  void on_payout(const World& world, std::span<const PayoutBatch> payouts) override;
  void on_terms(const World& world, const TermsChange& change) override;
  void on_decision(const World& world, const OperatorDecision& decision) override;
  void on_ruin(const World& world, const Account& account) override;
  void on_notice(const World& world, const Notice& notice) override;
  void on_hot(const World& world, const HotNotice& notice) override;
  void on_alarm(const World& world, const Alarm& alarm) override;
  void on_site_notice(const World& world, const SiteNotice& notice) override;
  void on_sample(const World& world) override;

  /// A miner has set limits of its machines, or tried to in vain.
  void note_limits(const World& world, std::uint32_t miner, const OwnerLimits& limits);
  void note_refusal(const World& world, std::optional<std::uint32_t> miner, const std::string& why);
  /// Writes miners.csv and shares.csv as they are now, each replaced as a whole, and hands all
  /// files to the system, for those who watch a run that goes on.
  void show(const World& world);

  /// Writes miners.csv of a closed world; shares.csv if the pool controls difficulties, has a front
  /// end or watches its miners; machines.csv and sites.csv where machines are modelled.
  void finish(const World& world);

 private:
  void write_miners(OutputFile& file, const World& world) const;
  static void write_shares(OutputFile& file, const World& world);

  RunFolder& folder_;
  std::vector<std::string> schemes_;
  CsvWriter timeseries_;
  CsvWriter blocks_;
  CsvWriter payouts_;
  OutputFile& events_;
  std::optional<SiteTables> sites_;
  std::string scenario_sha256_;
  std::optional<Ledger> ledger_;
};

}  // namespace aicmp
