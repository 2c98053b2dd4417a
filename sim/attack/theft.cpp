#include "sim/attack/theft.hpp"

#include <algorithm>

#include "sim/attack/entities.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

void add_options(OptionTable& table, TheftConfig& config) {
  table.add("attack.theft.per_account_year", config.per_account_year, "1/a",
            Limits::between(0.0, 1e6),
            "Attempts to steal an account that get its password; 0: none.");
  table.add("attack.theft.part", config.part, "", {.min = 0.0, .max = 1.0, .min_open = true},
            "Part of each payout of a stolen account that the thief sends to himself.");
  table.add("attack.theft.notice_days", config.notice_days, "d",
            {.min = 0.0, .max = 36500.0, .min_open = true},
            "Mean time until the owner notices (exponential) and takes the account back.");
  table.add("attack.theft.key_part", config.key_part, "", Limits::between(0.0, 1.0),
            "Part of the attempts that get the private key too, which certificates ask for.");
  table.add("attack.theft.cost_usd", config.cost_usd, "USD", Limits::between(0.0, 1e9),
            "What an attempt costs the thief.");
}

void add_options(OptionTable& table, LoginConfig& config) {
  table.add("pool.login.certificates", config.certificates,
            "Accounts log in with a private key and not a password.");
  table.add("pool.login.rotation_days", config.rotation_days, "d", Limits::between(0.0, 36500.0),
            "Age at which those keys are replaced, stolen ones too; 0: never.");
}

Theft::Theft(const TheftConfig& config, const LoginConfig& login, std::size_t accounts,
             const WorldKey& key)
    : config_(config),
      login_(login),
      rng_(key, StreamId::kAttack, kTheftEntity),
      attempts_per_s_(config.per_account_year * static_cast<double>(accounts) /
                      (kDaysPerYear * kSecondsPerDay)),
      stolen_(accounts, false) {
  schedule();
}

Time Theft::next() const {
  return ends_.empty() ? next_attempt_ : std::min(next_attempt_, ends_.top().time);
}

void Theft::schedule() {
  if (!config_.exists()) {
    next_attempt_ = Time::forever();
    return;
  }
  const Time wait = Time::seconds(exponential(rng_) / attempts_per_s_);
  next_attempt_ = wait < Time::forever() - next_attempt_ ? next_attempt_ + wait : Time::forever();
}

std::optional<std::uint32_t> Theft::step() {
  if (ends_.empty() || next_attempt_ <= ends_.top().time) {
    attempt();
    return {};
  }
  const End end = ends_.top();
  ends_.pop();
  stolen_[end.account] = false;
  ++ended_;
  const double days = (end.time - end.begin).in_days();
  held_days_ += days;
  if (!end.noticed) return {};
  ++noticed_;
  noticed_days_ += days;
  return end.account;
}

void Theft::attempt() {
  const Time now = next_attempt_;
  ++attempts_;
  const double place = uniform(rng_) * static_cast<double>(stolen_.size());
  const std::size_t account = std::min(static_cast<std::size_t>(place), stolen_.size() - 1);
  const bool has_key = uniform(rng_) < config_.key_part;
  double days = exponential(rng_) * config_.notice_days;
  const double key_age = uniform(rng_);
  schedule();
  if (stolen_[account] || (login_.certificates && !has_key)) return;
  const bool rotates = login_.certificates && login_.rotation_days > 0.0;
  const double until_rotation = (1.0 - key_age) * login_.rotation_days;
  const bool noticed = !rotates || days <= until_rotation;
  if (!noticed) days = until_rotation;
  ++thefts_;
  stolen_[account] = true;
  ends_.push({now + Time::days(days), static_cast<std::uint32_t>(account), now, noticed});
}

void Theft::see_payouts(std::size_t scheme, std::span<const Satoshi> paid) {
  if (!config_.exists()) return;
  if (schemes_.size() <= scheme) schemes_.resize(scheme + 1);
  Loot& loot = schemes_[scheme];
  loot.paid.resize(paid.size());
  loot.taken_sat.resize(paid.size(), 0.0);
  for (std::size_t i = 0; i < paid.size(); ++i) {
    if (stolen_[i]) {
      loot.taken_sat[i] += config_.part * static_cast<double>((paid[i] - loot.paid[i]).value());
    }
    loot.paid[i] = paid[i];
  }
}

}  // namespace aicmp
