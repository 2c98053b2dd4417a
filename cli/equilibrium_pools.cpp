#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.hpp"
#include "cli/equilibrium.hpp"
#include "sim/base/error.hpp"
#include "sim/game/pool_choice.hpp"

namespace aicmp {
namespace {

struct PoolsOptions {
  std::vector<std::string> types{"small:20:1e-4", "medium:5:1e-3", "large:1:1e-2"};
  double risk_aversion = 1.0;
  double eta = 0.99;
  double eta_fee = 0.005;
  double pplns_fee = 0.015;
  double pplns_outside = 0.05;
  double pps_fee = 0.025;
  bool solo = false;
  double switching_cost = 0.0;

  PoolChoiceGame game() const;
};

MinerType parse_type(const std::string& text, double risk_aversion) {
  const std::vector<std::string> parts = split(text, ':');
  if (parts.size() < 3 || parts.size() > 4 || parts[0].empty()) {
    throw ConfigError({}, "--type", fmt::format("'{}' is not NAME:COUNT:SHARE[:RISK]", text));
  }
  const double count = number("--type", parts[1]);
  if (count < 1.0 || count > 1e6 || count != std::floor(count)) {
    throw ConfigError({}, "--type", fmt::format("count {} is not a whole number", parts[1]),
                      "1 to 1000000");
  }
  return {parts[0], static_cast<int>(count), number("--type", parts[2]),
          parts.size() == 4 ? number("--type", parts[3]) : risk_aversion};
}

PoolChoiceGame PoolsOptions::game() const {
  PoolChoiceGame game;
  for (const std::string& type : types) game.types.push_back(parse_type(type, risk_aversion));
  using Rule = PoolOffer::Rule;
  game.pools = {{"eta", Rule::kShared, eta_fee, eta},
                {"pplns", Rule::kShared, pplns_fee, 1.0, pplns_outside},
                {"pps", Rule::kPps, pps_fee}};
  if (solo) game.pools.push_back({"solo", Rule::kSolo, 0.0});
  game.switching_cost = switching_cost;
  game.check();
  return game;
}

std::string profile_text(const PoolChoiceGame& game, const Profile& profile) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < profile.size(); ++i) {
    parts.push_back(fmt::format("{} in {}", game.types[i].name, game.pools[profile[i]].name));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void show_pools(const PoolsOptions& options) {
  constexpr std::size_t kEta = 0;
  constexpr std::size_t kPplns = 1;
  const PoolChoiceGame game = options.game();
  std::string text = fmt::format(
      "Worth of each pool to one miner when all are in the eta pool "
      "(eta {:g}),\nover fair pay, risk deducted:\n\n  {:<12}",
      options.eta, "");
  for (const PoolOffer& pool : game.pools) text += fmt::format("{:>9}", pool.name);
  text += fmt::format("{:>22}\n", "stays for eta above");
  const Profile all_in(game.types.size(), kEta);
  for (std::size_t type = 0; type < game.types.size(); ++type) {
    text += fmt::format("  {:<12}", game.types[type].name);
    for (std::size_t pool = 0; pool < game.pools.size(); ++pool) {
      text += fmt::format("{:>9.5f}", pool_worth(game, all_in, type, pool));
    }
    const double eta = indifferent_eta(game, type, kEta, kPplns);
    text += std::isinf(eta) ? fmt::format("{:>22}\n", "never")
            : eta == 0.0    ? fmt::format("{:>22}\n", "always")
                            : fmt::format("{:>22.6f}\n", eta);
  }
  const std::vector<Profile> equilibria = type_symmetric_equilibria(game);
  text += equilibria.empty() ? "\nNo equilibrium with each type in one pool.\n"
                             : "\nEquilibria with each type in one pool:\n";
  for (const Profile& profile : equilibria) text += "  " + profile_text(game, profile) + '\n';
  const ChoicePath path = follow_best_responses(game, all_in);
  text += "\nBest responses, type by type:\n";
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    text += fmt::format("  {} {}\n", i == path.cycle_begin ? '>' : ' ',
                        profile_text(game, path.steps[i]));
  }
  text += path.settles() ? "  and there it rests.\n" : "  and back to '>': a chase without end.\n";
  write_stdout(text);
}

}  // namespace

void add_pools_equilibrium(CLI::App& group) {
  CLI::App* command = group.add_subcommand("pools", "Which pools risk-averse miners choose");
  command->footer(
      "Miners weigh mean pay against risk (CARA, exact for Poisson payouts) among an\n"
      "eta pool, a PPLNS pool with hash rate of others, and a PPS pool. RISK is\n"
      "relative to the income of 100 days. A single miner moves if it gains more than\n"
      "the switching cost; profiles that nobody wants to leave are equilibria. 'stays\n"
      "for eta above' compares with the PPLNS pool while all others are in the eta\n"
      "pool.\n\n"
      "  aicmp equilibrium pools --eta 0.99 --risk 0.3\n"
      "  aicmp equilibrium pools --eta 0.99 --risk 1      (a chase cycle)\n"
      "  aicmp equilibrium pools --type home:200:1e-6:2 --type farm:3:5e-3:0.5");
  const auto options = std::make_shared<PoolsOptions>();
  command
      ->add_option("--type", options->types,
                   "Miners alike: how many, the part of the network of each; repeat for more. "
                   "Default small:20:1e-4, medium:5:1e-3, large:1:1e-2")
      ->allow_extra_args(false)
      ->option_text("NAME:COUNT:SHARE[:RISK]");
  command->add_option("--risk", options->risk_aversion, "Of types that name none; default 1")
      ->check(within(Limits::between(0.0, 1e6)))
      ->option_text("RISK");
  command->add_option("--eta", options->eta, "Of the eta pool; default 0.99")
      ->check(within(Limits::between(0.0, 1.0)))
      ->option_text("ETA");
  command->add_option("--eta-fee", options->eta_fee, "Default 0.005")
      ->check(within(kFraction))
      ->option_text("PART");
  command->add_option("--pplns-fee", options->pplns_fee, "Default 0.015")
      ->check(within(kFraction))
      ->option_text("PART");
  command
      ->add_option("--pplns-outside", options->pplns_outside,
                   "Part of the network that is always in the PPLNS pool; default 0.05")
      ->check(within(kFraction))
      ->option_text("PART");
  command->add_option("--pps-fee", options->pps_fee, "Default 0.025")
      ->check(within(kFraction))
      ->option_text("PART");
  command->add_flag("--solo", options->solo, "Let miners also mine alone");
  command
      ->add_option("--switching-cost", options->switching_cost,
                   "Of fair pay, for as long as the choice lasts; default 0")
      ->check(within(Limits::between(0.0, 1.0)))
      ->option_text("PART");
  command->callback([options] { show_pools(*options); });
}

}  // namespace aicmp
