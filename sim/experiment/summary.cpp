#include "sim/experiment/summary.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Moments& moments) {
  if (moments.count() == 0) return nullptr;
  Json entry = {{"mean", moments.mean()}};
  if (moments.count() > 1) {
    const Interval interval = t_interval(moments);
    entry["sd"] = moments.standard_deviation();
    entry["low95"] = interval.low;
    entry["high95"] = interval.high;
    entry["n"] = moments.count();
  }
  return entry;
}

/// A number without the sign of a negative zero.
std::string fixed(double value, int digits) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  return text.find_first_of("123456789") == std::string::npos && text.starts_with('-')
             ? text.substr(1)
             : text;
}

/// `12.3 +- 0.4`, the second part only where there are replications.
std::string with_error(const Moments& moments, double scale, int digits) {
  if (moments.count() == 0) return "-";
  std::string text = fixed(moments.mean() * scale, digits);
  if (moments.count() < 2) return text;
  const Interval interval = t_interval(moments);
  return text + fmt::format(" ±{:.{}f}", (interval.high - interval.low) / 2 * scale, digits);
}

/// 1234567 as 1,234,567.
std::string grouped(double value) {
  const std::string digits = fmt::format("{:.0f}", std::abs(value));
  std::string text = value < 0 ? "-" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

/// Where machines are modelled: how they ran and what their owners earned.
std::string machines_text(const Summary& summary) {
  if (!summary.contains("", "machines")) return "";
  const auto mean = [&](const char* name) { return summary.moments("", name).mean(); };
  const auto percent = [&](const char* name) {
    return with_error(summary.moments("", name), 100, 2);
  };
  std::string text = fmt::format(
      "\nmachines {}, {:.2f} J/TH at the wall, {} % up\n"
      "         stopped {} %, too hot {} %, throttled {} %, faulty {} %\n",
      grouped(mean("machines")), mean("machines_j_per_th"), percent("machines_uptime"),
      percent("machines_stopped_fraction"), percent("machines_too_hot_fraction"),
      percent("machines_throttled_fraction"), percent("machines_faulty_fraction"));
  text += fmt::format("         {} MWh at {:.2f} USD, revenue {} USD, profit {} USD\n",
                      grouped(mean("machines_energy_mwh")), mean("machines_mean_usd_per_mwh"),
                      grouped(mean("machines_revenue_usd")), grouped(mean("machines_profit_usd")));
  for (const MergedMeasure& measure : summary.measures()) {
    constexpr std::string_view kProfit = "site_profit_usd.";
    if (!measure.name.starts_with(kProfit)) continue;
    const std::string site = measure.name.substr(kProfit.size());
    text += fmt::format("         {}: {} % up, profit {} USD\n", site,
                        percent(("site_uptime." + site).c_str()), grouped(measure.moments.mean()));
  }
  return text;
}

/// Where miners choose: who stayed under the schemes that they went by. `name` is the width of
/// names.
std::string choice_text(const Summary& summary, std::size_t name) {
  if (!summary.contains(summary.schemes().front(), "participation_mean")) return "";
  std::string text = "\nMiners go where pay is worth most. Hash rate in the pool, %:\n";
  text += fmt::format("{:<{}}{:>14}{:>13}{:>14}{:>13}\n", "scheme that pays", name, "mean",
                      "at the end", "small, kept", "large, kept");
  for (const std::string& scheme : summary.schemes()) {
    if (summary.moments(scheme, "participation_mean").count() == 0) continue;
    const auto cell = [&](const char* measure) {
      return with_error(summary.moments(scheme, measure), 100, 1);
    };
    text += fmt::format("{:<{}}{:>14}{:>13}{:>14}{:>13}\n", scheme, name,
                        cell("participation_mean"), cell("participation_end"),
                        cell("retention_decile_1"), cell("retention_decile_10"));
  }
  return text;
}

/// How long miners wait for a first payout, where small ones wait over a week or one in a hundred
/// has none by the end.
std::string first_payout_text(const Summary& summary) {
  std::string text;
  for (const std::string& scheme : summary.schemes()) {
    const Moments& days = summary.moments(scheme, "days_to_first_payout_decile_1");
    const double never = summary.moments(scheme, "never_paid_fraction").mean();
    if (never < 0.01 && !(days.mean() > 7.0)) continue;
    const std::string wait =
        days.count() > 0 ? fmt::format("after {:.0f} days", days.mean()) : "not yet";
    text += fmt::format("{}: small miners' first payout {}; {:.1f} % of all still wait.\n", scheme,
                        wait, 100 * never);
  }
  return text.empty() ? text : "\n" + text;
}

}  // namespace

Summary::Summary(std::vector<std::vector<Measure>> replications)
    : replications_(std::move(replications)) {
  AICMP_ASSERT(!replications_.empty());
  for (const Measure& measure : replications_.front()) {
    merged_.push_back({measure.scheme, measure.name, {}});
    if (!measure.scheme.empty() && (schemes_.empty() || schemes_.back() != measure.scheme)) {
      schemes_.push_back(measure.scheme);
    }
  }
  for (const std::vector<Measure>& replication : replications_) {
    for (std::size_t i = 0; i < merged_.size(); ++i) {
      if (std::isfinite(replication[i].value)) merged_[i].moments.add(replication[i].value);
    }
  }
}

std::size_t Summary::find(const std::string& scheme, const std::string& name) const {
  std::size_t i = 0;
  while (i < merged_.size() && (merged_[i].scheme != scheme || merged_[i].name != name)) ++i;
  return i;
}

std::size_t Summary::index(const std::string& scheme, const std::string& name) const {
  const std::size_t i = find(scheme, name);
  AICMP_ASSERT(i < merged_.size());
  return i;
}

bool Summary::contains(const std::string& scheme, const std::string& name) const {
  return find(scheme, name) < merged_.size();
}

std::vector<double> Summary::values(const std::string& scheme, const std::string& name) const {
  const std::size_t i = index(scheme, name);
  std::vector<double> values;
  for (const std::vector<Measure>& replication : replications_)
    values.push_back(replication[i].value);
  return values;
}

const Moments& Summary::moments(const std::string& scheme, const std::string& name) const {
  return merged_[index(scheme, name)].moments;
}

std::string summary_json(const std::string& scenario_name, const Summary& summary) {
  Json world = Json::object();
  Json schemes = Json::object();
  for (const MergedMeasure& measure : summary.measures()) {
    Json& section = measure.scheme.empty() ? world : schemes[measure.scheme];
    section[measure.name] = to_json(measure.moments);
  }
  const Json all = {{"scenario", scenario_name},
                    {"replications", summary.replications().size()},
                    {"world", std::move(world)},
                    {"schemes", std::move(schemes)}};
  return all.dump(2) + "\n";
}

std::string summary_text(const std::string& scenario_name, const std::string& question,
                         const Summary& summary) {
  const auto world = [&](const char* name) { return summary.moments("", name).mean(); };
  const std::size_t replications = summary.replications().size();
  std::string text = fmt::format("{}: {}\n", scenario_name, question);
  text += fmt::format("{:g} days, {} replication{}{}\n\n", world("days"), replications,
                      replications == 1 ? "" : "s",
                      replications == 1 ? "" : "; means ± half a 95 % interval");
  text += fmt::format("network  {} blocks, one per {:.1f} s, {:.2f} % stale, {} retargets\n",
                      grouped(world("network_blocks")), world("network_mean_interval_s"),
                      100 * world("network_stale_fraction"), grouped(world("network_retargets")));
  if (world("network_retargets_checked") > 0) {
    text += fmt::format("history  {} of {} real retargets reproduced bit for bit\n",
                        grouped(world("network_retargets_equal")),
                        grouped(world("network_retargets_checked")));
  }
  text += fmt::format("market   price at the end {} USD, {:.4f} BTC of fees a block\n",
                      grouped(world("price_usd")), world("mean_block_fees_btc"));
  text += fmt::format("pool     {} miners, {:.4g} PH/s, {:.3g} % of the network\n",
                      grouped(world("pool_miners")), world("pool_hash_rate_phs"),
                      100 * world("pool_network_share"));
  text +=
      fmt::format("         {:.1f} blocks, luck {:.1f} %, {} shares, {:.3f} % stale\n\n",
                  world("pool_blocks"), 100 * world("pool_luck"),
                  grouped(world("pool_shares_accepted")), 100 * world("pool_stale_share_fraction"));

  // Names take what they need as long as the table fits into 80 columns.
  std::size_t name = 15;
  for (const std::string& scheme : summary.schemes()) name = std::max(name, scheme.size());
  name = std::min(name, std::size_t{22});
  text += fmt::format("{:<{}}{:>14}{:>13}{:>13}{:>7}{:>{}}\n", "", name, "paid out of", "small",
                      "large", "pay CV", "operator gain", 33 - name);
  text += fmt::format("{:<{}}{:>14}{:>13}{:>13}{:>7}{:>{}}\n", "scheme", name, "expected, %",
                      "miners' fee", "miners' fee", "", "BTC", 33 - name);
  for (const std::string& scheme : summary.schemes()) {
    const auto cell = [&](const char* measure, double scale, int digits) {
      return with_error(summary.moments(scheme, measure), scale, digits);
    };
    text += fmt::format("{:<{}}{:>14}{:>13}{:>13}{:>7}{:>{}}\n", scheme, name,
                        cell("pay_per_expected_value", 100, 1),
                        cell("luck_adjusted_fee_decile_1", 100, 1),
                        cell("luck_adjusted_fee_decile_10", 100, 1),
                        summary.moments(scheme, "payout_cv").count() > 0
                            ? fixed(summary.moments(scheme, "payout_cv").mean(), 3)
                            : "-",
                        cell("operator_gain_btc", 1, 2), 33 - name);
  }
  text +=
      "\nsmall, large: the tenths of the hash rate held by the smallest and largest\n"
      "miners. Fee: what is kept of the expected value of a miner's work, %, luck of\n"
      "blocks taken out; negative: more is paid. Pay CV: of a miner's relative pay.\n";
  text += machines_text(summary) + choice_text(summary, name) + first_payout_text(summary);
  for (const std::string& scheme : summary.schemes()) {
    const Moments& ruined = summary.moments(scheme, "ruined");
    if (ruined.mean() > 0) {
      text += fmt::format("{}: the operator's reserve ran out in {:.4g} % of replications.\n",
                          scheme, 100 * ruined.mean());
    }
    const Moments& irregular = summary.moments(scheme, "irregular_blocks");
    if (irregular.mean() > 0) {
      text +=
          fmt::format("{}: in {:.4g} blocks a run the weights failed; they were split by work.\n",
                      scheme, irregular.mean());
    }
  }
  return text;
}

}  // namespace aicmp
