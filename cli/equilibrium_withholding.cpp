#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/equilibrium.hpp"
#include "sim/base/error.hpp"
#include "sim/game/withholding.hpp"

namespace aicmp {
namespace {

struct WithholdingOptions {
  double attacker = 0.2;
  double victim = 0.3;
  std::optional<double> pps_fee;
  std::vector<double> pools;
};

void check_network(const std::string& option, double together) {
  if (together > 1.0 + 1e-12) {
    throw ConfigError({}, option, fmt::format("{:g} of the network together", together),
                      "at most 1");
  }
}

std::string change(double now, double fair) {
  return fmt::format("{:+.3f}%", 100.0 * (now / fair - 1.0));
}

std::string one_attacker(const WithholdingOptions& options) {
  const WithholdingGame game{options.attacker, options.victim};
  const double x = best_withholding(game);
  const double revenue = withholding_revenue(game, x);
  const double before = withholding_before_retarget(game, x);
  std::string text = fmt::format(
      "{:g} of the network attacks a pool with {:g} (PROP or PPLNS):\n\n"
      "  best hash rate inside    {:.7f} of the network\n"
      "  attacker's revenue       {:.6f}  {}  after the retarget\n"
      "                           {:.6f}  {}  before it\n"
      "  pays back after          {:.2f} epochs from the retarget on\n"
      "  victims                            {}\n"
      "  bystanders                         {}\n",
      game.attacker, game.victim, x, revenue, change(revenue, game.attacker), before,
      change(before, game.attacker), withholding_payback_epochs(game, x),
      change(victim_density(game, x), 1.0), change(bystander_density(x), 1.0));
  return text;
}

std::string pps_victim(double attacker, double fee) {
  const double x = best_pps_withholding(attacker, fee);
  const double revenue = pps_withholding_revenue(attacker, fee, x);
  return fmt::format(
      "{:g} of the network attacks a PPS pool with fee {:g}, after the retarget:\n\n"
      "  best hash rate inside    {:.7f} of the network (all or nothing)\n"
      "  attacker's revenue       {:.6f}  {}\n"
      "  the operator loses       {:.6f} of all rewards\n",
      attacker, fee, x, revenue, change(revenue, attacker), pps_withholding_loss(fee, x));
}

std::string two_pools(double first, double second) {
  const MutualWithholding end = withholding_equilibrium(first, second);
  std::string text = fmt::format(
      "Pools of {:g} and {:g} of the network attack each other (the Miner's Dilemma):\n\n"
      "  {:<6}{:>10}{:>14}{:>18}\n",
      first, second, "pool", "size", "sends", "pay per hash rate");
  const double sizes[] = {first, second};
  for (int i = 0; i < 2; ++i) {
    text += fmt::format("  {:<6}{:>10g}{:>14.5g}{:>18.6f}\n", i + 1, sizes[i], end.sent[i],
                        end.density[i]);
  }
  return text + "\nWithout attacks both would earn 1.\n";
}

void show_withholding(const WithholdingOptions& options) {
  if (!options.pools.empty()) {
    if (options.pools.size() != 2) throw ConfigError({}, "--pools", "expected two sizes");
    check_network("--pools", options.pools[0] + options.pools[1]);
    write_stdout(two_pools(options.pools[0], options.pools[1]));
  } else if (options.pps_fee) {
    write_stdout(pps_victim(options.attacker, *options.pps_fee));
  } else {
    check_network("--victim", options.attacker + options.victim);
    write_stdout(one_attacker(options));
  }
}

}  // namespace

void add_withholding_equilibrium(CLI::App& group) {
  CLI::App* command = group.add_subcommand("withholding", "What block withholding pays");
  command->footer(
      "The attacker mines in the victim's pool and throws the blocks away. It loses\n"
      "until difficulty falls at the retarget, and gains after it. Sizes are parts of\n"
      "the network, the attacker's included.\n\n"
      "  aicmp equilibrium withholding --attacker 0.2 --victim 0.3\n"
      "  aicmp equilibrium withholding --attacker 0.2 --pps-fee 0.02\n"
      "  aicmp equilibrium withholding --pools 0.2,0.1");
  const auto options = std::make_shared<WithholdingOptions>();
  const auto size = within({.min = 0.0, .max = 1.0, .min_open = true, .max_open = true});
  CLI::Option* attacker =
      command->add_option("--attacker", options->attacker, "All its hash rate; default 0.2")
          ->check(size)
          ->option_text("PART");
  CLI::Option* victim =
      command->add_option("--victim", options->victim, "Honest hash rate in the pool; default 0.3")
          ->check(size)
          ->option_text("PART");
  CLI::Option* fee =
      command->add_option("--pps-fee", options->pps_fee, "The victim pays by PPS with this fee")
          ->check(within(kFraction))
          ->excludes(victim)
          ->option_text("PART");
  command->add_option("--pools", options->pools, "Two pools that attack each other")
      ->delimiter(',')
      ->check(size)
      ->excludes(attacker)
      ->excludes(victim)
      ->excludes(fee)
      ->option_text("P1,P2");
  command->callback([options] { show_withholding(*options); });
}

}  // namespace aicmp
