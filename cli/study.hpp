#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
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
  std::string schemes;  // as replace_schemes() takes it; empty: the scenario's
  std::string policy;   // folder of a bundle that decides; empty: none
  bool fallback = false;
  std::int64_t seed = -1;          // -1: the scenario's
  std::int64_t replications = -1;  // -1: the scenario's
  int threads = 1;
  double live = 0.0;  // simulated seconds per second; 0: as fast as it goes
  std::string out;    // empty: runs/<name of the scenario>
  bool force = false;
  bool quiet = false;
  bool json = false;

  void add_to(CLI::App& command);
  /// For commands whose results are one summary.json.
  void add_json_to(CLI::App& command);
  /// For commands that run schemes which a list names.
  void add_schemes_to(CLI::App& command);
  /// For commands that let a policy decide.
  void add_policy_to(CLI::App& command);
  /// For commands that can keep pace with a clock.
  void add_live_to(CLI::App& command);
  /// The scenario with --schemes, --policy, --set, --seed and --replications applied.
  Scenario load() const;
};

/// Puts the schemes of a list such as "eta:0.8,pps,pplns" in place of the scenario's.
void replace_schemes(Scenario& scenario, std::string_view list);

/// The folder of a study of `scenario`: --out, or runs/<name of the scenario>.
RunFolder open_folder(const StudyOptions& options, const Scenario& scenario);

/// How many replications to add to those that are there; 0: they are enough.
using ReplicationsToAdd = std::function<std::int64_t(const Summary&)>;

/// Runs all replications of `worlds` (see replicate()) into the run folder of `scenario` with
/// progress on standard error, then as many more as `to_add` asks for. `report` gets the folder,
/// still open for more files, and the results; what it returns goes to standard output unless
/// quiet. The exit code is 130 after an interrupt, the folder then marked so.
void run_study(const StudyOptions& options, const Scenario& scenario,
               std::span<const Scenario> worlds,
               const std::function<std::string(RunFolder&, const Summary&)>& report,
               const ReplicationsToAdd& to_add = {});

/// Says where the results are, unless quiet, and ends the command if it was interrupted.
void end_study(const StudyOptions& options, const RunFolder& folder, bool complete);

/// Ends the command after an interrupt.
[[noreturn]] void end_interrupted();

}  // namespace aicmp
