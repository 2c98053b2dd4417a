#pragma once

#include <span>

#include "sim/experiment/machine_shares.hpp"
#include "sim/experiment/output_file.hpp"
#include "sim/experiment/run_folder.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {

/// The tables of modelled machines in a run folder: site_timeseries.csv while it runs, sites.csv
/// and machines.csv at the end.
class SiteTables {
 public:
  /// `folder` must outlive the tables.
  explicit SiteTables(RunFolder& folder);

  void sample(const World& world);
  void finish(const World& world);

 private:
  void write_sites(const World& world, std::span<const MachineShares> shares);
  void write_machines(const World& world, std::span<const MachineShares> shares);

  RunFolder& folder_;
  CsvWriter timeseries_;
};

}  // namespace aicmp
