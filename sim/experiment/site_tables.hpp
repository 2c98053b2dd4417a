#pragma once

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
  void write_sites(const Plant& plant);
  void write_machines(const World& world);

  RunFolder& folder_;
  CsvWriter timeseries_;
};

}  // namespace aicmp
