#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "sim/base/error.hpp"
#include "sim/base/sha256.hpp"
#include "sim/experiment/run_folder.hpp"
#include "sim/pool/ledger_audit.hpp"
#include "sim/pool/ledger_statement.hpp"

namespace aicmp {
namespace {

constexpr int kBadLedger = 1;

/// A run folder stands for the ledger in it.
std::string ledger_file(const std::string& run) {
  if (!std::filesystem::is_directory(run)) return run;
  std::string file = run + "/ledger.jsonl";
  if (std::filesystem::exists(file)) return file;
  throw ConfigError({}, run, "has no ledger.jsonl; run the scenario with --set run.ledger=work");
}

/// Whether the run, if it is finished, left another ledger than this: one that was cut off between
/// two lines, or written anew as a whole, is sound in itself.
bool was_replaced(const std::string& file) {
  const std::filesystem::path path = std::filesystem::absolute(file);
  const auto vouched = vouched_sha256(path.parent_path().string(), path.filename().string());
  return vouched && *vouched != sha256_of_file(file);
}

[[noreturn]] void refuse(std::int64_t line, const std::string& why) {
  write_stdout(fmt::format("BAD at line {}: {}\n", line, why));
  throw CLI::RuntimeError(kBadLedger);
}

void verify(const std::string& run) {
  const std::string file = ledger_file(run);
  const LedgerAudit audit = verify_ledger(file);
  if (audit.verdict == LedgerVerdict::kBad) refuse(audit.line, audit.why);
  if (was_replaced(file)) {
    refuse(audit.line + 1,
           "the lines before it are sound, but the manifest of the run vouches for "
           "another ledger");
  }
  const bool complete = audit.verdict == LedgerVerdict::kSound;
  write_stdout(fmt::format(
      "{}: {} lines, {} blocks, {} lines recomputed ({})\nhead {}\n",
      complete ? "sound" : "sound but not closed", audit.line, audit.blocks, audit.recomputed,
      audit.detail == LedgerDetail::kWork ? "every credit and payout" : "payouts and totals",
      audit.head));
}

}  // namespace

void add_ledger_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("ledger", "Verify a run's audit ledger or explain pay");
  command->require_subcommand(1);
  command->footer(
      "A run keeps a ledger if its scenario says run.ledger = \"blocks\" or \"work\".\n\n"
      "  aicmp run scenarios/quickstart.toml --set run.ledger=work --out runs/audit\n"
      "  aicmp ledger verify runs/audit\n"
      "  aicmp ledger show runs/audit --miner 17");

  const auto run = std::make_shared<std::string>();
  CLI::App* verify_command = command->add_subcommand(
      "verify", "Prove the hash chain and recompute every line that can be");
  verify_command->add_option("run", *run, "Run folder or ledger file")->required();
  verify_command->callback([run] { verify(*run); });

  const auto miner = std::make_shared<std::int64_t>(0);
  CLI::App* show_command = command->add_subcommand("show", "Explain one miner's pay");
  show_command->add_option("run", *run, "Run folder or ledger file")->required();
  show_command->add_option("--miner", *miner, "Number of the miner in miners.csv")
      ->required()
      ->check(CLI::NonNegativeNumber);
  show_command->callback([run, miner] { write_stdout(explain_miner(ledger_file(*run), *miner)); });
}

}  // namespace aicmp
