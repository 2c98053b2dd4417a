#include <csignal>
#include <limits>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/error.hpp"
#include "sim/experiment/run_folder.hpp"
#include "tests/experiment/temporary_folder.hpp"

using namespace aicmp;
namespace fs = std::filesystem;

namespace {

RunFacts facts() {
  RunFacts facts;
  facts.argv = {"aicmp", "run", "s.toml"};
  facts.scenario_path = "s.toml";
  facts.scenario_toml = "name = \"x\"\n";
  facts.seed = 18446744073709551615u;
  facts.threads = 2;
  return facts;
}

nlohmann::json manifest_of(const TemporaryFolder& folder) {
  return nlohmann::json::parse(folder.read("out/manifest.json"));
}

}  // namespace

TEST_CASE("SHA-256 of FIPS 180-4's examples") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 parts;
  parts.update("a");
  parts.update("bc");
  CHECK(parts.hex() == sha256_hex("abc"));
}

TEST_CASE("a complete run: scenario, outputs and a manifest that vouches for them") {
  const TemporaryFolder folder;
  const std::string input = folder.write("history.csv", "abc");
  RunFacts known = facts();
  known.input_files = {input};
  {
    RunFolder run(folder.path("out"), false, known);
    CHECK(manifest_of(folder)["status"] == "running");
    CHECK_FALSE(manifest_of(folder).contains("outputs"));
    CsvWriter csv(run.create("t.csv"), {"day", "price_usd", "note"});
    csv.row(1, 0.1, "a,\"b\"");
    csv.row(std::uint64_t{2}, std::numeric_limits<double>::quiet_NaN(), std::string("plain"));
    run.finish(RunStatus::kComplete);
  }
  CHECK(folder.read("out/scenario.toml") == known.scenario_toml);
  CHECK(folder.read("out/t.csv") == "day,price_usd,note\n1,0.1,\"a,\"\"b\"\"\"\n2,,plain\n");

  const auto manifest = manifest_of(folder);
  CHECK(manifest["tool"] == "aicmp");
  CHECK(manifest["status"] == "complete");
  CHECK(manifest["argv"] == nlohmann::json(known.argv));
  CHECK(manifest["seed"] == 18446744073709551615u);
  CHECK(manifest["threads"] == 2);
  CHECK(manifest["scenario"]["sha256"] == sha256_hex(known.scenario_toml));
  CHECK(manifest["inputs"][0]["sha256"] == sha256_hex("abc"));
  CHECK(manifest["build"]["libraries"].contains("boost"));
  CHECK(manifest["build"]["git_commit"].is_string());
  REQUIRE(manifest["outputs"].size() == 2);
  for (const auto& output : manifest["outputs"]) {
    const std::string text = folder.read("out/" + output["name"].get<std::string>());
    CHECK(output["bytes"] == text.size());
    CHECK(output["sha256"] == sha256_hex(text));
  }
  CHECK_FALSE(fs::exists(folder.path("out/manifest.json.tmp")));
}

TEST_CASE("a run that is not finished is marked failed") {
  const TemporaryFolder folder;
  { RunFolder run(folder.path("out"), false, facts()); }
  CHECK(manifest_of(folder)["status"] == "failed");
}

TEST_CASE("how the work of a run ends is what its manifest says") {
  const TemporaryFolder folder;
  const std::string out = folder.path("out");
  CHECK(RunFolder(out, true, facts()).fill([] { return true; }));
  CHECK(manifest_of(folder)["status"] == "complete");
  CHECK_FALSE(RunFolder(out, true, facts()).fill([] { return false; }));
  CHECK(manifest_of(folder)["status"] == "interrupted");
  RunFolder failing(out, true, facts());
  CHECK_THROWS_WITH(failing.fill([]() -> bool { throw std::runtime_error("no luck"); }), "no luck");
  CHECK(manifest_of(folder)["status"] == "failed");
  CHECK(manifest_of(folder)["error"] == "no luck");
}

TEST_CASE("a folder with content is refused, force replaces only an earlier run") {
  const TemporaryFolder folder;
  const std::string out = folder.path("out");
  const auto start = [&](bool force) {
    RunFolder(out, force, facts()).finish(RunStatus::kComplete);
  };

  folder.write("out/thesis.tex", "years of work");
  CHECK(message_of<ConfigError>([&] { start(false); }) ==
        out +
            ": the output folder is not empty (allowed: a new or empty folder, or --force to "
            "replace an earlier run)");
  CHECK_FALSE(message_of<ConfigError>([&] { start(true); }).empty());
  folder.write("out/manifest.json", "{\"tool\": \"other\"}");
  CHECK_FALSE(message_of<ConfigError>([&] { start(true); }).empty());
  CHECK(folder.read("out/thesis.tex") == "years of work");

  fs::remove_all(out);
  fs::create_directory(out);
  start(false);
  folder.write("out/sub/old.csv", "1");
  CHECK_FALSE(message_of<ConfigError>([&] { start(false); }).empty());
  start(true);
  CHECK_FALSE(fs::exists(out + "/sub"));
  CHECK(manifest_of(folder)["status"] == "complete");
}

TEST_CASE("two runs into one folder: the second fails, the first goes on") {
  const TemporaryFolder folder;
  RunFolder first(folder.path("out"), false, facts());
  for (const bool force : {false, true}) {
    CHECK(message_of<IoError>([&] { RunFolder(folder.path("out"), force, facts()); }) ==
          folder.path("out") + ": another run is writing into this folder");
  }
  first.finish(RunStatus::kComplete);
  CHECK(manifest_of(folder)["status"] == "complete");
}

TEST_CASE("folders that cannot be written are one clear error") {
  const TemporaryFolder folder;
  const std::string file = folder.write("file", "");
  CHECK(message_of<IoError>([&] { RunFolder(file, false, facts()); }) ==
        file + ": cannot be created: Not a directory");
  CHECK(message_of<IoError>([&] {
          RunFolder("/proc/aicmp", false, facts());
        }).starts_with("/proc/aicmp: cannot be created: "));
  CHECK(message_of<IoError>([&] { OutputFile(folder.path("none/x")); }) ==
        folder.path("none/x") + ": cannot be created: No such file or directory");
}

TEST_CASE("a full disk is one clear error that names the file") {
  OutputFile file("/dev/full");
  file.append("x");
  file.end_record();
  CHECK(message_of<IoError>([&] { file.close(); }) ==
        "/dev/full: cannot be written: No space left on device");

  const TemporaryFolder folder;
  RunFolder run(folder.path("out"), false, facts());
  fs::create_symlink("/dev/full", folder.path("out/big.csv"));
  OutputFile& big = run.create("big.csv");
  big.append("1,2,3");
  big.end_record();
  CHECK(message_of<IoError>([&] {
          run.finish(RunStatus::kComplete);
        }).ends_with("big.csv: cannot be written: No space left on device"));
  CHECK(manifest_of(folder)["status"] == "failed");
}

TEST_CASE("after kill -KILL the folder holds whole lines and can be used again") {
  const TemporaryFolder folder;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    RunFolder run(folder.path("out"), false, facts());
    OutputFile& events = run.create("events.jsonl");
    CsvWriter csv(run.create("t.csv"), {"i", "text"});
    for (int i = 0; i < 20000; ++i) csv.row(i, "some text that fills the buffer now and then");
    events.append("{\"kind\": \"notice\"}");
    events.end_record();
    events.flush();
    csv.cell(20000);
    [[maybe_unused]] const auto sent = ::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);

  CHECK(manifest_of(folder)["status"] == "running");
  CHECK(folder.read("out/events.jsonl") == "{\"kind\": \"notice\"}\n");
  const std::string csv = folder.read("out/t.csv");
  CHECK(csv.size() > 500000);
  CHECK(csv.back() == '\n');
  RunFolder(folder.path("out"), true, facts()).finish(RunStatus::kComplete);
  CHECK(manifest_of(folder)["status"] == "complete");
}
