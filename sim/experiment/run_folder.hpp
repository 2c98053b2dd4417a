#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/experiment/output_file.hpp"

namespace aicmp {

enum class RunStatus { kRunning, kComplete, kInterrupted, kFailed };

/// What manifest.json says of a run besides build, host, clock and outputs.
struct RunFacts {
  std::vector<std::string> argv;
  std::string scenario_path;
  std::string scenario_toml;  // merged and complete; becomes scenario.toml, if any
  std::vector<std::string> input_files;
  std::uint64_t seed = 0;
  std::int64_t replications = 1;
  int threads = 1;
  bool continues = false;  // an earlier run into the same folder, whose files stay
};

/// SHA-256 that the manifest of a finished run in this folder gives of an output; none where there
/// is no such run, or no such output.
std::optional<std::string> vouched_sha256(const std::string& folder, const std::string& name);

/// The output folder of one run: scenario.toml, manifest.json and whatever create() adds.
///
/// Construct it only when the scenario has been validated: before that nothing may be written.
/// The folder is created with its parents, or must be empty; with `force`, the contents of a folder
/// that holds an aicmp manifest are deleted first, those of any other folder never. The folder is
/// locked (flock) for as long as the object lives, so a second run into it fails at once, and a
/// killed run leaves no lock behind.
///
/// manifest.json is written at the start with status "running" and replaced atomically at the end.
/// It alone holds what may differ between two equal runs: times, host, versions, argv.
///
/// Throws ConfigError for a folder that may not be used, IoError for one that cannot be.
/// Not thread-safe.
class RunFolder {
 public:
  RunFolder(std::string path, bool force, RunFacts facts);
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  /// Marks a run that nobody finished as failed, as far as possible.
  ~RunFolder();

  /// A new file in the folder. The reference holds as long as the folder object.
  OutputFile& create(const std::string& name);
  /// Writes a file beside the results, in place of an earlier one at once. The manifest does not
  /// list it.
  void replace(const std::string& name, const std::function<void(OutputFile&)>& write) const;
  /// Hands the whole records of every open file to the system.
  void flush();

  /// Corrects the number of replications, for studies that decide it on the way.
  void set_replications(std::int64_t replications) { facts_.replications = replications; }

  /// Closes every file and writes the final manifest with size and SHA-256 of each.
  /// `error` says why, for a run that failed. If a file cannot be written to its end, the manifest
  /// says failed as far as possible and the IoError is thrown.
  /// Only the first call counts.
  void finish(RunStatus status, std::string error = "");
  /// Does the work of the run and finishes it: complete, interrupted where `work` returns false, or
  /// failed with the reason where it throws. Returns what `work` does and throws what it throws.
  bool fill(const std::function<bool()>& work);

  /// SHA-256 of scenario.toml.
  std::string scenario_sha256() const;
  const std::string& path() const { return path_; }

 private:
  struct Output {
    Output(std::string file_name, std::string path)
        : name(std::move(file_name)), file(std::move(path)) {}
    std::string name;
    OutputFile file;
  };

  void lock();
  void take_over(bool force);
  void write_manifest(RunStatus status, const std::string& error);

  std::string path_;
  RunFacts facts_;
  int lock_ = -1;
  bool finished_ = false;
  std::chrono::system_clock::time_point started_;
  std::vector<std::pair<std::string, std::string>> input_hashes_;
  std::deque<Output> outputs_;  // never moves its elements
};

}  // namespace aicmp
