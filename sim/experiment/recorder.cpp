#include "sim/experiment/recorder.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "sim/fleet/asic.hpp"

namespace aicmp {
namespace {

using Json = nlohmann::ordered_json;

void write(OutputFile& file, const Json& record) {
  file.append(record.dump());
  file.end_record();
}

std::vector<std::string> per_scheme(std::vector<std::string> columns,
                                    const std::vector<std::string>& schemes,
                                    std::initializer_list<const char*> names) {
  for (const std::string& scheme : schemes) {
    for (const char* name : names) columns.push_back(scheme + "." + name);
  }
  return columns;
}

const char* text(BlockFate fate) {
  constexpr std::array kNames = {"main", "stale", "orphaned"};
  return kNames[static_cast<std::size_t>(fate)];
}

}  // namespace

Recorder::Recorder(RunFolder& folder, const Scenario& scenario, std::string scenario_sha256)
    : folder_(folder),
      schemes_(scheme_names(scenario.pool)),
      timeseries_(folder.create("timeseries.csv"),
                  per_scheme({"time_s", "unix_s", "next_height", "difficulty",
                              "network_hash_rate_ehs", "price_usd", "mean_block_fees_btc",
                              "hash_price_usd_per_phs_day", "energy_usd_per_mwh",
                              "pool_hash_rate_phs", "pool_blocks", "pool_expected_blocks"},
                             schemes_, {"credited_btc", "unpaid_btc", "reserve_btc"})),
      blocks_(folder.create("blocks.csv"), {"id", "height", "time_s", "fate", "finder",
                                            "difficulty", "subsidy_sat", "fees_sat"}),
      payouts_(folder.create("payouts.csv"),
               {"time_s", "scheme", "miners_paid", "amount_sat", "transaction_cost_sat"}),
      events_(folder.create("events.jsonl")),
      scenario_sha256_(std::move(scenario_sha256)) {
  if (scenario.fleet.has_machines()) sites_.emplace(folder);
  if (scenario.run.ledger == LedgerDetail::kOff) return;
  OutputFile& file = folder.create("ledger.jsonl");
  ledger_.emplace(scenario.run.ledger, [&file](std::string_view line) {
    file.append(line.substr(0, line.size() - 1));
    file.end_record();
  });
}

void Recorder::on_chain(const World& world, const NetworkBlock& found) {
  const ConnectedBlock& block = found.block;
  if (found.outcome != RaceOutcome::kMain) return;
  if (block.retargeted) {
    write(events_, {{"time_s", world.now().in_seconds()},
                    {"event", "retarget"},
                    {"height", block.height + 1},
                    {"nbits", fmt::format("{:08x}", world.chain().nbits())},
                    {"old_difficulty", block.old_difficulty},
                    {"new_difficulty", block.new_difficulty}});
  }
  if (block.halved) {
    write(events_, {{"time_s", world.now().in_seconds()},
                    {"event", "halving"},
                    {"height", block.height + 1},
                    {"subsidy_sat", world.chain().next_subsidy().value()}});
  }
}

void Recorder::on_pool_block(const World& world, const PoolBlock& block, BlockFate fate) {
  blocks_.row(block.id, block.height, block.time.in_seconds(), text(fate), block.finder,
              block.difficulty, block.subsidy.value(), block.fees.value());
  if (fate == BlockFate::kMain) return;
  write(events_, {{"time_s", world.now().in_seconds()},
                  {"event", fate == BlockFate::kStale ? "stale_block" : "orphaned_block"},
                  {"block", block.id},
                  {"height", block.height}});
}

void Recorder::on_payout(const World& world, std::span<const PayoutBatch> payouts) {
  for (std::size_t i = 0; i < payouts.size(); ++i) {
    if (payouts[i].miners_paid == 0) continue;
    payouts_.row(world.now().in_seconds(), schemes_[i], payouts[i].miners_paid,
                 payouts[i].amount.value(), payouts[i].transaction_cost.value());
  }
}

void Recorder::on_terms(const World& world, const TermsChange& change) {
  write(events_, {{"time_s", world.now().in_seconds()},
                  {"event", "terms_change"},
                  {"scheme", change.scheme},
                  {"term", name_of(change.term)},
                  {"value", change.value},
                  {"reason", change.reason}});
}

void Recorder::on_decision(const World& world, const OperatorDecision& decision) {
  Json record = {{"time_s", world.now().in_seconds()}, {"event", "decision"}};
  if (!decision.scheme.empty()) record["scheme"] = decision.scheme;
  record["parameter"] = name_of(decision.parameter);
  record["before"] = decision.before;
  record["after"] = decision.after;
  record["reason"] = decision.reason;
  write(events_, record);
}

void Recorder::on_ruin(const World& world, const Account& account) {
  write(events_, {{"time_s", account.book.ruin_time().in_seconds()},
                  {"event", "ruin"},
                  {"scheme", account.name},
                  {"noticed_at_s", world.now().in_seconds()}});
}

void Recorder::on_notice(const World&, const Notice& notice) {
  write(events_, {{"time_s", notice.time.in_seconds()},
                  {"event", "notice"},
                  {"kind", name_of(notice.kind)},
                  {"miner", notice.miner},
                  {"reference_ths", notice.reference_hashes_per_s * 1e-12},
                  {"estimate_ths", notice.estimate_hashes_per_s * 1e-12}});
}

void Recorder::on_hot(const World&, const HotNotice& notice) {
  write(events_, {{"time_s", notice.time.in_seconds()},
                  {"event", "notice"},
                  {"kind", "temperature"},
                  {"miner", notice.miner},
                  {"machines", notice.machines},
                  {"hottest_c", notice.hottest_c}});
}

void Recorder::on_alarm(const World&, const Alarm& alarm) {
  Json record = {
      {"time_s", alarm.time.in_seconds()}, {"event", "notice"}, {"kind", name_of(alarm.kind)}};
  if (alarm.miner) record["miner"] = *alarm.miner;
  write(events_, record);
}

void Recorder::on_site_notice(const World& world, const SiteNotice& notice) {
  Json record = {{"time_s", notice.time.in_seconds()},
                 {"event", name_of(notice.kind)},
                 {"site", world.plant()->site_config(notice.site).name}};
  if (notice.fault != Fault::kNone) {
    record["machine"] = notice.machine;
    record["fault"] = name_of(notice.fault);
  }
  write(events_, record);
}

void Recorder::on_sample(const World& world) {
  if (sites_) sites_->sample(world);
  const Pool& pool = world.pool();
  timeseries_.cell(world.now().in_seconds());
  timeseries_.cell(world.chain().unix_seconds(world.now()));
  timeseries_.cell(world.chain().next_height());
  timeseries_.cell(world.chain().difficulty());
  timeseries_.cell(world.network().total_hashes_per_s() * 1e-18);
  timeseries_.cell(world.price_usd());
  timeseries_.cell(world.fees().mean_144.btc());
  timeseries_.cell(world.hash_price_usd_per_phs_day());
  timeseries_.cell(world.energy_usd_per_mwh());
  timeseries_.cell(pool.total_hashes_per_s() * 1e-15);
  timeseries_.cell(world.totals().pool_blocks);
  timeseries_.cell(pool.expected_blocks());
  for (const Account& account : pool.accounts()) {
    timeseries_.cell(account.book.credited().btc());
    timeseries_.cell(account.book.unpaid().btc());
    timeseries_.cell(account.book.reserve().btc());
  }
  timeseries_.end_row();
}

void Recorder::note_limits(const World& world, std::uint32_t miner, const OwnerLimits& limits) {
  Json record = {{"time_s", world.now().in_seconds()}, {"event", "owner_limits"}, {"miner", miner}};
  if (limits.max_power_w) record["max_power_w"] = *limits.max_power_w;
  if (limits.throttle_c) record["throttle_c"] = *limits.throttle_c;
  if (limits.off_c) record["off_c"] = *limits.off_c;
  if (limits.warn_c) record["warn_c"] = *limits.warn_c;
  write(events_, record);
}

void Recorder::note_refusal(const World& world, std::optional<std::uint32_t> miner,
                            const std::string& why) {
  Json record = {{"time_s", world.now().in_seconds()}, {"event", "limits_refused"}};
  if (miner) record["miner"] = *miner;
  record["why"] = why;
  write(events_, record);
}

void Recorder::show(const World& world) {
  folder_.replace("miners.csv", [&](OutputFile& file) { write_miners(file, world); });
  if (tells_of_shares(world.scenario().pool)) {
    folder_.replace("shares.csv", [&](OutputFile& file) { write_shares(file, world); });
  }
  folder_.flush();
}

void Recorder::finish(const World& world) {
  write_miners(folder_.create("miners.csv"), world);
  if (tells_of_shares(world.scenario().pool)) write_shares(folder_.create("shares.csv"), world);
  if (sites_) sites_->finish(world);
}

void Recorder::write_miners(OutputFile& file, const World& world) const {
  const Pool& pool = world.pool();
  const Population& miners = world.miners();
  const FleetConfig& fleet = world.scenario().fleet;
  const AsicCatalogue asics(fleet.asics);
  const bool choice = world.whereabouts().choosers().exist();
  std::vector<std::string> columns = {"miner",         "group",   "asic",
                                      "hash_rate_ths", "power_w", "latency_ms"};
  if (choice) columns.insert(columns.end(), {"inside_mean", "inside_end"});
  columns.insert(columns.end(),
                 {"shares_accepted", "shares_stale", "estimated_ths", "expected_sat"});
  columns = per_scheme(std::move(columns), schemes_,
                       {"earned_sat", "paid_sat", "effective_fee", "payout_cv"});
  CsvWriter table(file, columns);
  const double scale = world.fleet_scale();
  for (std::size_t i = 0; i < pool.miners(); ++i) {
    const double expected = pool.expected_sat()[i];
    table.cell(i);
    table.cell(fleet.groups[miners.group[i]].name);
    table.cell(asics[miners.model[i]].name);
    table.cell(miners.hashes_per_s[i] * scale * 1e-12);
    table.cell(miners.power_w[i] * scale);
    table.cell(miners.latency_s[i] * 1e3);
    if (choice) {
      table.cell(world.whereabouts().choosers().mean_inside(i));
      table.cell(world.whereabouts().choosers().inside()[i]);
    }
    table.cell(pool.share_counts().accepted[i]);
    table.cell(pool.share_counts().stale[i]);
    table.cell(pool.work()[i] * kHashesPerWork * 1e-12 / pool.counted_until().in_seconds());
    table.cell(expected);
    for (std::size_t k = 0; k < schemes_.size(); ++k) {
      const Book& book = pool.accounts()[k].book;
      table.cell(book.earned()[i].value());
      table.cell(book.paid_by_miner()[i].value());
      table.cell(1.0 - static_cast<double>(book.earned()[i].value()) / expected);
      table.cell(world.variation()[k].cv(i));
    }
    table.end_row();
  }
}

void Recorder::write_shares(OutputFile& file, const World& world) {
  const Pool& pool = world.pool();
  const ShareSource& source = pool.share_source();
  const ShareCounts& counts = source.counts();
  const bool watched = pool.monitor().enabled();
  std::vector<std::string> columns = {"miner", "hash_rate_ths",     "difficulty", "accepted",
                                      "stale", "superseded",        "duplicate",  "low_difficulty",
                                      "lost",  "difficulty_changes"};
  if (watched) {
    columns.insert(columns.end(), {"windowed_ths", "decaying_ths", "posterior_ths", "notices"});
  }
  CsvWriter table(file, columns);
  for (std::uint32_t i = 0; i < pool.miners(); ++i) {
    table.cell(i);
    table.cell(pool.hashes_per_s()[i] * 1e-12);
    table.cell(source.difficulty(i));
    for (const auto* fate : {&counts.accepted, &counts.stale, &counts.superseded, &counts.duplicate,
                             &counts.low_difficulty, &counts.lost, &counts.difficulty_changes}) {
      table.cell((*fate)[i]);
    }
    if (watched) {
      table.cell(pool.monitor().windowed_hashes_per_s(i) * 1e-12);
      table.cell(pool.monitor().decaying_hashes_per_s(i) * 1e-12);
      table.cell(pool.monitor().posterior_hashes_per_s(i) * 1e-12);
      table.cell(world.notices(i));
    }
    table.end_row();
  }
}

}  // namespace aicmp
