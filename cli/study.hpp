#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "sim/experiment/run_folder.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/experiment/summary.hpp"

namespace aicmp {

/// Options that every command has which runs a scenario into a folder.
struct StudyOptions {
  std::vector<std::string> argv;  // the whole command line, for the manifest
  std::string scenario;
  std::vector<std::string> overrides;
  std::int64_t seed = -1;          // -1: the scenario's
  std::int64_t replications = -1;  // -1: the scenario's
  int threads = 1;
  std::string out;  // empty: runs/<name of the scenario>
  bool force = false;
  bool quiet = false;
  bool json = false;

  void add_to(CLI::App& command);
  /// The scenario with --set, --seed and --replications applied.
  Scenario load() const;
};

/// Runs all replications into a run folder with progress on standard error. `report` gets the
/// folder, still open for more files, and the results; what it returns goes to standard output
/// unless quiet. The exit code is 130 after an interrupt, the folder then marked so.
void run_study(const StudyOptions& options, const Scenario& scenario,
               const std::function<std::string(RunFolder&, const Summary&)>& report);

}  // namespace aicmp
