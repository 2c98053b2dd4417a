#include "sim/experiment/run_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sim/base/error.hpp"
#include "sim/experiment/build_info.hpp"

namespace aicmp {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::system_clock;

constexpr char kManifest[] = "manifest.json";

const char* status_name(RunStatus status) {
  switch (status) {
    case RunStatus::kRunning:
      return "running";
    case RunStatus::kComplete:
      return "complete";
    case RunStatus::kInterrupted:
      return "interrupted";
    case RunStatus::kFailed:
      break;
  }
  return "failed";
}

std::string utc(Clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(Clock::to_time_t(time)));
}

std::string host_name() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

double peak_memory_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

/// null where there is none that can be read.
Json read_manifest(const std::string& folder) {
  std::ifstream file(folder + "/" + kManifest);
  const Json manifest = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  return manifest.is_object() && manifest.value("tool", "") == "aicmp" ? manifest : Json();
}

Json build_json() {
  const BuildInfo info = build_info();
  Json libraries = Json::object();
  for (const auto& [name, version] : info.libraries) libraries[name] = version;
  return {{"git_commit", info.git_commit}, {"git_state", info.git_state},
          {"compiler", info.compiler},     {"build_type", info.build_type},
          {"flags", info.flags},           {"libraries", std::move(libraries)}};
}

}  // namespace

std::optional<std::string> vouched_sha256(const std::string& folder, const std::string& name) {
  const Json manifest = read_manifest(folder);
  if (!manifest.contains("outputs")) return std::nullopt;
  for (const Json& output : manifest["outputs"]) {
    if (output.value("name", "") == name) return output.value("sha256", "");
  }
  return std::nullopt;
}

RunFolder::RunFolder(std::string path, bool force, RunFacts facts)
    : path_(std::move(path)), facts_(std::move(facts)), started_(Clock::now()) {
  for (const std::string& input : facts_.input_files) {
    input_hashes_.emplace_back(input, sha256_of_file(input));
  }
  lock();
  try {
    take_over(force);
    write_manifest(RunStatus::kRunning, "");
    if (!facts_.scenario_toml.empty()) {
      OutputFile& scenario = create("scenario.toml");
      scenario.write(facts_.scenario_toml);
      scenario.flush();
    }
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

RunFolder::~RunFolder() {
  try {
    finish(RunStatus::kFailed, "the run ended early");
  } catch (const std::exception&) {
    // A destructor has nobody to tell; the manifest then still says "running".
  }
  ::close(lock_);
}

void RunFolder::lock() {
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) throw IoError(path_, "cannot be created: " + error.message());
  lock_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0) throw IoError(path_, fmt::format("cannot be opened: {}", std::strerror(errno)));
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  ::close(lock_);
  throw IoError(path_, reason == EWOULDBLOCK
                           ? "another run is writing into this folder"
                           : fmt::format("cannot be locked: {}", std::strerror(reason)));
}

void RunFolder::take_over(bool force) {
  std::error_code error;
  if (fs::is_empty(path_, error)) return;
  if (facts_.continues && !read_manifest(path_).is_null()) return;
  if (!force) {
    throw ConfigError({path_, 0}, "", "the output folder is not empty",
                      "a new or empty folder, or --force to replace an earlier run");
  }
  if (read_manifest(path_).is_null()) {
    throw ConfigError({path_, 0}, "",
                      "the folder has files but no aicmp manifest.json, so --force will not "
                      "replace it",
                      "a new or empty folder, or one of an earlier run");
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
    // The manifest goes last, so that an attempt that failed half-way can be repeated.
    if (entry.path().filename() != kManifest) fs::remove_all(entry.path(), error);
    if (error) throw IoError(entry.path().string(), "cannot be deleted: " + error.message());
  }
}

OutputFile& RunFolder::create(const std::string& name) {
  return outputs_.emplace_back(name, path_ + "/" + name).file;
}

void RunFolder::replace(const std::string& name,
                        const std::function<void(OutputFile&)>& write) const {
  const std::string final_path = path_ + "/" + name;
  const std::string temporary = final_path + ".tmp";
  OutputFile file(temporary);
  write(file);
  file.close();
  if (std::rename(temporary.c_str(), final_path.c_str()) != 0) {
    throw IoError(final_path, fmt::format("cannot be replaced: {}", std::strerror(errno)));
  }
}

void RunFolder::flush() {
  for (Output& output : outputs_) output.file.flush();
}

void RunFolder::finish(RunStatus status, std::string error) {
  if (finished_) return;
  finished_ = true;
  std::exception_ptr failure;
  for (Output& output : outputs_) {
    try {
      output.file.close();
    } catch (const IoError& fault) {
      if (!failure) {
        failure = std::current_exception();
        status = RunStatus::kFailed;
        error = fault.what();
      }
    }
  }
  try {
    write_manifest(status, error);
  } catch (const IoError&) {
    if (!failure) throw;
  }
  if (failure) std::rethrow_exception(failure);
}

bool RunFolder::fill(const std::function<bool()>& work) {
  try {
    const bool complete = work();
    finish(complete ? RunStatus::kComplete : RunStatus::kInterrupted);
    return complete;
  } catch (const std::exception& error) {
    finish(RunStatus::kFailed, error.what());
    throw;
  }
}

std::string RunFolder::scenario_sha256() const {
  return sha256_hex(facts_.scenario_toml);
}

void RunFolder::write_manifest(RunStatus status, const std::string& error) {
  const Clock::time_point now = Clock::now();
  Json manifest{{"tool", "aicmp"},
                {"version", build_info().version},
                {"status", status_name(status)},
                {"argv", facts_.argv},
                {"seed", facts_.seed},
                {"replications", facts_.replications},
                {"threads", facts_.threads},
                {"scenario", {{"path", facts_.scenario_path}, {"sha256", scenario_sha256()}}},
                {"host", host_name()},
                {"started_at", utc(started_)}};
  if (!error.empty()) manifest["error"] = error;
  manifest["inputs"] = Json::array();
  for (const auto& [path, sha256] : input_hashes_) {
    manifest["inputs"].push_back({{"path", path}, {"sha256", sha256}});
  }
  if (status != RunStatus::kRunning) {
    manifest["ended_at"] = utc(now);
    manifest["wall_s"] = std::chrono::duration<double>(now - started_).count();
    manifest["peak_memory_mb"] = peak_memory_mb();
    manifest["outputs"] = Json::array();
    for (Output& output : outputs_) {
      manifest["outputs"].push_back({{"name", output.name},
                                     {"bytes", output.file.bytes_written()},
                                     {"sha256", output.file.sha256()}});
    }
  }
  manifest["build"] = build_json();

  replace(kManifest, [&](OutputFile& file) {
    file.append(manifest.dump(2, ' ', false, Json::error_handler_t::replace));
    file.end_record();
  });
}

}  // namespace aicmp
