#pragma once

#include "sim/experiment/output_file.hpp"
#include "sim/experiment/run_folder.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {

/// Writes one world into a run folder: timeseries.csv, blocks.csv, payouts.csv, events.jsonl while
/// it runs, miners.csv at the end.
class Recorder final : public Observer {
 public:
  /// `scenario` names the columns (one per scheme); `folder` must outlive the recorder.
  Recorder(RunFolder& folder, const Scenario& scenario);

  void on_chain(const World& world, const NetworkBlock& block) override;
  void on_pool_block(const World& world, const PoolBlock& block, BlockFate fate) override;
  void on_payout(const World& world, std::span<const PayoutBatch> payouts) override;
  void on_ruin(const World& world, const Account& account) override;
  void on_sample(const World& world) override;

  /// Writes miners.csv of a closed world.
  void finish(const World& world);

 private:
  RunFolder& folder_;
  std::vector<std::string> schemes_;
  CsvWriter timeseries_;
  CsvWriter blocks_;
  CsvWriter payouts_;
  OutputFile& events_;
};

}  // namespace aicmp
