#include "envs/problems/coupled_pool.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "envs/problems/checks.hpp"
#include "envs/problems/terms.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

namespace {

enum Set : std::size_t {
  kFeeSet,
  kEtaSet,
  kSchemeSet,
  kDividendSet,
  kStopSet,
  kRunSet,
  kRateSet,
};
enum Part : std::size_t {
  kFees,
  kSite,
  kRestarts,
  kShares,
  kSwitch,
  kCapital,
  kRuin,
};
enum Measure : std::size_t {
  kRealised = 7,
  kWelfare,
  kInPool,
  kReserve,
  kDividend,
  kWorstFee,
  kFee,
  kEta,
};
enum Policy : std::size_t { kStatic, kAlwaysPps, kBundle };

constexpr std::array<std::int32_t, 5> kChanges = {-5, -1, 0, 1, 5};  // steps of the fee
constexpr std::int64_t kNoChange = 2;
constexpr std::int64_t kKeepEta = 0;
constexpr std::array<double, 3> kDividends = {0.0, 0.25, 0.5};
constexpr std::array<double, 5> kStops = {0.8, 1.0, 1.3, 2.0, 1e9};  // of the break-even price
constexpr std::array<double, 3> kRuns = {0.6, 0.8, 1.0};
constexpr std::array<double, 5> kRates = {1.0 / 60.0, 1.0 / 15.0, 0.1, 0.3, 1.0};
constexpr double kLuckDays = 30.0;
constexpr double kPercent = 100.0;

MarkovChain checked_chain(const std::vector<double>& values, const std::vector<double>& rows,
                          const std::string& values_key, const std::string& rows_key) {
  if (values.empty() || values.size() > 64) {
    throw ConfigError({}, values_key, fmt::format("{} values", values.size()), "1 to 64");
  }
  check_transitions(rows, values.size(), rows_key);
  return MarkovChain(values.size(), rows);
}

/// Of `all`, increasing, the index of the one nearest to `value`.
template <std::size_t N>
std::int64_t nearest(const std::array<double, N>& all, double value) {
  const auto nearer = [value](double a, double b) {
    return std::abs(a - value) < std::abs(b - value);
  };
  return std::min_element(all.begin(), all.end(), nearer) - all.begin();
}

}  // namespace

MinerGroupsConfig CoupledPoolConfig::default_groups() {
  constexpr int kGroups = 32;
  MinerGroupsConfig groups{.hash = std::vector<double>(kGroups, 1.0),
                           .miners = {},
                           .identities = std::vector<double>(kGroups, 1.0)};
  for (int i = 0; i < kGroups; ++i) {
    groups.miners.push_back(std::round(std::pow(1000.0, 1.0 - i / (kGroups - 1.0))));
  }
  return groups;
}

void add_options(OptionTable& table, CoupledPoolConfig& config) {
  const Limits part = Limits::between(0.0, 1.0);
  add_options(table, config.groups);
  table.add("sensitivity", config.sensitivity, "log odds per unit of fee", Limits::positive(),
            "Of miners to fees.");
  table.add("leave_per_week", config.leave_per_week, "", part,
            "Part of those who want to leave that does.");
  table.add("join_per_week", config.join_per_week, "", part,
            "Part of those who want to join that does.");
  table.add("risk_aversion", config.risk_aversion, "", Limits::between(0.0, 100.0),
            "Of miners, over their income of 100 days.");
  table.add("start_part", config.start_part, "", part, "Of the miners, in the pool at the start.");
  table.add("start_fee", config.start_fee, "", Limits::between(0.0, kMostFee * kFeeStep),
            "Fee at the start.");
  table.add("notice_days", config.notice_days, "d", Limits::between(1.0, 365.0),
            "Between the announcement of terms and the day they hold.");
  table.add("competitor_fees", config.competitor_fees, "", part, "Fees elsewhere, a Markov chain.");
  table.add("competitor_transitions", config.competitor_transitions, "", part,
            "Its transition matrix per day, row after row.");
  table.add("all_hash_ehs", config.all_hash_ehs, "EH/s", Limits::positive(),
            "Hash rate of all miners.");
  table.add("blocks_per_day", config.blocks_per_day, "blocks/d",
            Limits{.min = 0.0, .max = 144.0, .min_open = true}, "That all miners find.");
  table.add("hash_price_usd_per_phs_day", config.hash_price_usd_per_phs_day, "USD/(PH/s d)",
            Limits::positive(), "What hash rate earns at the start.");
  table.add("hash_price_volatility", config.hash_price_volatility, "per year",
            Limits::between(0.0, 5.0), "Of the hash price.");
  table.add("start_blocks", config.start_blocks, "block rewards", Limits::between(0.0, 1e6),
            "Reserve at the start.");
  table.add("switch_cost_blocks", config.switch_cost_blocks, "block rewards", Limits::at_least(0.0),
            "Cost of changing the scheme.");
  table.add("capital_cost", config.capital_cost, "per year", part, "Of what lies in the reserve.");
  table.add("surplus_blocks", config.surplus_blocks, "block rewards", Limits::at_least(0.0),
            "Dividends are a part of what lies above.");
  table.add("franchise_fee", config.franchise_fee, "", part,
            "Fee of the PPLNS pool for ever that ruin costs.");
  table.add("discount_per_year", config.discount_per_year, "", Limits::between(0.1, 0.9999),
            "Of a reward one year later.");
  table.add("site_part", config.site_part, "of the hash rate", part, "Owned by the operator.");
  table.add("prices_usd_per_mwh", config.prices_usd_per_mwh, "USD/MWh", {},
            "Energy prices, a Markov chain.");
  table.add("price_transitions", config.price_transitions, "", part,
            "Its transition matrix per hour, row after row.");
  table.add("revenue_usd_per_mwh", config.revenue_usd_per_mwh, "USD/MWh", Limits::positive(),
            "Of the site, at the first hash price.");
  table.add("restart_hours", config.restart_hours, "h", Limits::at_least(0.0),
            "Hash rate lost by a restart.");
  table.add("restart_wear_hours", config.restart_wear_hours, "h of revenue", Limits::at_least(0.0),
            "Wear of a restart.");
  table.add("idle_power", config.idle_power, "of nameplate", part, "Power drawn while off.");
  table.add("share_cost_usd", config.share_cost_usd, "USD", Limits::at_least(0.0),
            "Cost of a share to the pool.");
  table.add("faults_per_day", config.faults_per_day, "1/d", Limits::at_least(0.0),
            "Faults that stop a miner.");
  table.add("alarm_part", config.alarm_part, "of faults", part,
            "Faults that the pool's alarm is the first to notice.");
  table.add("alarm_shares", config.alarm_shares, "mean intervals", Limits::positive(),
            "Silence that raises the alarm.");
  table.add("days", config.days, "d", Limits::between(1.0, 1e7), "Length of an episode.");
}

CoupledPool::CoupledPool(const CoupledPoolConfig& config)
    : config_(config),
      groups_(config.groups, kMostGroups),
      competitor_(checked_chain(config.competitor_fees, config.competitor_transitions,
                                "competitor_fees", "competitor_transitions")),
      energy_(checked_chain(config.prices_usd_per_mwh, config.price_transitions,
                            "prices_usd_per_mwh", "price_transitions")),
      churn_{config.sensitivity, part_in(1.0, config.leave_per_week),
             part_in(1.0, config.join_per_week)},
      notice_(static_cast<std::int32_t>(std::ceil(config.notice_days))),
      connections_(std::accumulate(config.groups.miners.begin(), config.groups.miners.end(), 0.0)) {
  describe();
}

void CoupledPool::describe() {
  spec_.id = kId;
  spec_.question = "How should a whole pool be run: terms, scheme, reserve, power, difficulty?";
  spec_.step = "1 day; power is decided by the hour within the bands chosen";
  spec_.reward =
      "the operator's income at expected luck, % of the first day's revenue of all miners";
  describe_observation();
  describe_action();
  spec_.parts = {{"fees", "%", 0, 0, "the scheme's fee at expected luck"},
                 {"site", "%", 0, 0, "revenue of the operator's machines less their energy"},
                 {"restarts", "%", 0, 0, "less hashing lost and wear"},
                 {"shares", "%", 0, 0, "less traffic and income lost by faults noticed late"},
                 {"switch", "%", 0, 0, "less the cost of changing the scheme"},
                 {"capital", "%", 0, 0, "less the cost of what lies in the reserve"},
                 {"ruin", "%", 0, 0, "less unpaid liabilities and franchise"}};
  spec_.measures = {{"realised", "block rewards", 0, 0, "pool income of the day, luck included"},
                    {"welfare", "%", 0, 0,
                     "reward and what the pool's miners gain over the fee elsewhere, risk counted"},
                    {"in_pool", "of the hash rate", 0, 0, "of all miners, during the day"},
                    {"reserve", "block rewards", 0, 0, "at the end of the day"},
                    {"dividend", "block rewards", 0, 0, "paid at the end of the day"},
                    {"worst_fee", "", 0, 0, "marginal fee of the group that pays most"},
                    {"fee", "", 0, 0, "during the day"},
                    {"eta", "", 0, 0, "during the day"}};
  describe_policies();
  spec_.baseline = "static";
  spec_.score = Score::kDiscounted;
  spec_.discount = std::pow(config_.discount_per_year, 1.0 / kDaysPerMarketYear);
  spec_.max_steps = config_.days;
}

void CoupledPool::describe_observation() {
  const double b = 5.0;
  spec_.observation = {
      {"fee", "fee / 2 %", 0.0, b, "in force"},
      {"eta", "-log10(1 - eta + 1e-4) / 4", 0.0, 1.0, "in force"},
      {"next_fee", "fee / 2 %", 0.0, b, "announced"},
      {"next_eta", "-log10(1 - eta + 1e-4) / 4", 0.0, 1.0, "announced"},
      {"notice_left", "of the notice", 0.0, 1.0, "until what is announced holds"},
      {"competitor_fee", "fee / 2 %", 0.0, b, "elsewhere"},
      {"in_pool", "of the hash rate", 0.0, 1.0, "of all miners"},
      {"flow", "of the hash rate * 100", -b, b, "into the pool on the last day"},
      {"reserve", "log(1 + block rewards) / 4", 0.0, b, "what the operator has"},
      {"cover", "days / 10", 0.0, b, "days of PPS liabilities that the reserve covers"},
      {"is_pps", "", 0.0, 1.0, "the scheme of the last day"},
      {"since_scheme", "days / 14", 0.0, b, "since the scheme was changed"},
      {"luck", "standard deviations", -b, b, "blocks of about 30 days"},
      {"hash_price", "log(over the first)", -b, b, ""},
      {"return", "daily log return / daily sd", -b, b, "of the hash price"},
      {"energy", "USD/MWh / 50", -b, b, "price of the last hour"},
      {"site_on", "", 0.0, 1.0, "in the last hour"}};
  for (std::size_t k = 0; k < deciles(); ++k) {
    spec_.observation.push_back({fmt::format("size_{}", k + 1), "of its hash rate", 0.0, 1.0,
                                 "of these groups, in the pool"});
  }
}

void CoupledPool::describe_action() {
  spec_.action.sets = {{"fee_change", {}}, {"eta", {"keep"}},  {"scheme", {"pps", "pplns"}},
                       {"dividend", {}},   {"stop_above", {}}, {"run_below", {}},
                       {"share_rate", {}}};
  const auto name_choices = [this](Set set, const char* format, const auto& values) {
    for (const double value : values) {
      spec_.action.sets[set].choices.push_back(fmt::format(fmt::runtime(format), value));
    }
  };
  for (const std::int32_t change : kChanges) {
    spec_.action.sets[kFeeSet].choices.push_back(fmt::format("{:+.1f}_points", 0.1 * change));
  }
  name_choices(kEtaSet, "eta_{:g}", kEtas);
  name_choices(kDividendSet, "pay_{:g}", kDividends);
  name_choices(kStopSet, "stop_{:g}", std::span(kStops).first(kStops.size() - 1));
  spec_.action.sets[kStopSet].choices.push_back("never");
  name_choices(kRunSet, "run_{:g}", kRuns);
  name_choices(kRateSet, "rate_{:.3g}", kRates);
  spec_.action.masked = true;
  spec_.action.help =
      "announced change of the fee and eta; scheme of this day; part of the surplus paid out; site "
      "stops above, runs again below a multiple of its break-even price; shares/s of a connection";
}

void CoupledPool::describe_policies() {
  const auto blocks = [](const char* name, const char* help) {
    return Field{name, "block rewards", 0.0, 1000.0, help};
  };
  spec_.policies = {
      {"static", "the first terms, PPLNS, site always on, .3 shares/s", {}, {}},
      {"pps", "the same, but PPS", {}, {}},
      {"bundle",
       "follow the competitor's fee, (s, S) on the reserve, hysteresis of the site, .3 shares/s",
       {{"above", "", -0.05, 0.05, "what the fee is above the competitor's"},
        blocks("pps_above", "reserve from which PPS is paid"),
        blocks("pplns_below", "reserve below which PPS is given up"),
        {"stop_above", "of break-even", 0.8, 2.0, "price above which the site stops"},
        {"run_below", "of break-even", 0.6, 1.0, "price below which it runs again"},
        {"dividend", "of the surplus", 0.0, 0.5, "paid out each day"}},
       {0.0, 20.0, 5.0, 1.3, 1.0, 0.5}}};
}

void CoupledPool::reset(State& state, const WorldKey& key) const {
  state = State{};
  state.competitor = Rng(key, StreamId::kFees);
  state.blocks = Rng(key, StreamId::kBlockInterval);
  state.market = Rng(key, StreamId::kPrice);
  state.energy = Rng(key, StreamId::kEnergy);
  std::fill_n(state.part.begin(), groups_.size(), config_.start_part);
  state.in_pool = config_.start_part;
  state.reserve = config_.start_blocks;
  state.fee = state.next_fee = fee_steps(config_.start_fee);
  state.since_scheme = notice_;
  state.competitor_at = static_cast<std::uint32_t>(competitor_.stationary(state.competitor));
  state.price_at = static_cast<std::uint32_t>(energy_.stationary(state.energy));
}

bool CoupledPool::allows(const State& state, std::size_t set, std::int64_t choice) const {
  const bool may_announce = state.notice_left == 0;
  switch (set) {
    case kFeeSet: {
      const std::int32_t fee = state.fee + kChanges[static_cast<std::size_t>(choice)];
      return choice == kNoChange || (may_announce && fee >= 0 && fee <= kMostFee);
    }
    case kEtaSet:
      return choice == kKeepEta || may_announce;
    case kSchemeSet:
      return choice == state.scheme || state.since_scheme >= notice_;
    default:
      return true;
  }
}

void CoupledPool::announce(State& state, const Action& action) const {
  if (state.notice_left > 0 && --state.notice_left == 0) {
    state.fee = state.next_fee;
    state.eta = state.next_eta;
  }
  const std::int32_t change = kChanges[static_cast<std::size_t>(action.choices[kFeeSet])];
  const std::int64_t eta = action.choices[kEtaSet];
  if (change != 0) state.next_fee += change;
  if (eta != kKeepEta) state.next_eta = static_cast<std::int32_t>(eta - 1);
  const bool news = change != 0 || state.next_eta != state.eta;
  if (news && state.notice_left == 0) state.notice_left = notice_;
}

std::array<double, 2> CoupledPool::run_site(State& state, double stop_above,
                                            double run_below) const {
  constexpr double kHours = 24.0;
  const double hour = kPercent * config_.site_part / kHours;
  const double break_even = config_.revenue_usd_per_mwh * state.hash_price;
  double running = 0.0;
  double restarts = 0.0;
  for (int h = 0; h < 24; ++h) {
    state.price_at = static_cast<std::uint32_t>(energy_.next(state.price_at, state.energy));
    const double price = config_.prices_usd_per_mwh[state.price_at];
    const bool on = price <= (state.site_on ? stop_above : run_below) * break_even;
    if (on && !state.site_on) {
      restarts -= hour * (config_.restart_hours + config_.restart_wear_hours) * state.hash_price;
    }
    const double power = on ? 1.0 : config_.idle_power;
    running += hour * ((on ? state.hash_price : 0.0) - power * price / config_.revenue_usd_per_mwh);
    state.site_on = on;
  }
  return {running, restarts};
}

double CoupledPool::share_cost(const State& state, double shares_per_s) const {
  const double day_usd = config_.all_hash_ehs * 1e3 * config_.hash_price_usd_per_phs_day;
  const double traffic =
      config_.share_cost_usd * shares_per_s * kSecondsPerDay * connections_ / day_usd;
  const double faults = config_.faults_per_day / kSecondsPerDay * config_.alarm_part *
                        config_.alarm_shares / shares_per_s * state.hash_price;
  return kPercent * state.in_pool * (traffic + faults);
}

Transition CoupledPool::step(State& state, const Action& action, std::span<double> numbers) const {
  announce(state, action);
  const std::int64_t scheme = action.choices[kSchemeSet];
  const bool switches = scheme != state.scheme;
  state.scheme = scheme;
  state.since_scheme = switches ? 0 : state.since_scheme + 1;

  const double fee = kFeeStep * state.fee;
  const double eta = kEtas[static_cast<std::size_t>(state.eta)];
  const double block = kPercent / config_.blocks_per_day * state.hash_price;  // in %
  const double expected = config_.blocks_per_day * state.in_pool;
  const auto found = static_cast<double>(poisson(state.blocks, expected));
  const double realised = scheme == kPps ? found - (1.0 - fee) * expected : fee * found;
  state.reserve += realised - (switches ? config_.switch_cost_blocks : 0.0);
  const bool ruined = state.reserve < 0.0;
  const double surplus = std::max(state.reserve - config_.surplus_blocks, 0.0);
  const double dividend =
      surplus * kDividends[static_cast<std::size_t>(action.choices[kDividendSet])];
  state.reserve -= dividend;

  const auto [running, restarts] =
      run_site(state, kStops[static_cast<std::size_t>(action.choices[kStopSet])],
               kRuns[static_cast<std::size_t>(action.choices[kRunSet])]);
  numbers[kFees] = fee * expected * block;
  numbers[kSite] = running;
  numbers[kRestarts] = restarts;
  numbers[kShares] = -share_cost(state, kRates[static_cast<std::size_t>(action.choices[kRateSet])]);
  numbers[kSwitch] = switches ? -config_.switch_cost_blocks * block : 0.0;
  numbers[kCapital] =
      -config_.capital_cost / kDaysPerMarketYear * std::max(state.reserve, 0.0) * block;
  const double franchise =
      kPercent * config_.franchise_fee * config_.start_part / (1.0 - spec_.discount);
  numbers[kRuin] = ruined ? state.reserve * block - franchise : 0.0;

  std::array<double, kMostGroups> fees;
  const std::span<double> all(fees.data(), groups_.size());
  groups_.marginal_fees(state.part, fee, eta, all);
  const double risk = scheme == kPplns ? risk_fee(expected, config_.risk_aversion) : 0.0;
  const double elsewhere = config_.competitor_fees[state.competitor_at];
  double operator_income = 0.0;
  for (std::size_t k = 0; k <= kRuin; ++k) operator_income += numbers[k];
  numbers[kRealised] = realised;
  const double worth = (1.0 - fee) * (1.0 - risk) - (1.0 - elsewhere);
  numbers[kWelfare] = operator_income + worth * expected * block;
  numbers[kInPool] = state.in_pool;
  numbers[kReserve] = state.reserve;
  numbers[kDividend] = dividend;
  numbers[kWorstFee] = *std::max_element(all.begin(), all.end());
  numbers[kFee] = fee;
  numbers[kEta] = eta;

  for (std::size_t i = 0; i < groups_.size(); ++i) {
    state.part[i] = moved_part(state.part[i], elsewhere - fees[i] - risk, churn_);
  }
  const double before = state.in_pool;
  state.in_pool = groups_.in_pool(state.part);
  state.flow = state.in_pool - before;
  state.luck += (found - expected) - state.luck / kLuckDays;
  const double sd = config_.hash_price_volatility / std::sqrt(kDaysPerMarketYear);
  state.last_return = sd * normal(state.market) - 0.5 * sd * sd;
  state.hash_price = std::clamp(state.hash_price * std::exp(state.last_return), 0.05, 20.0);
  state.competitor_at =
      static_cast<std::uint32_t>(competitor_.next(state.competitor_at, state.competitor));
  return {.terminated = ruined};
}

void CoupledPool::observe(const State& state, std::span<float> out) const {
  std::size_t k = 0;
  const auto put = [&](double value) { out[k++] = static_cast<float>(value); };
  const auto put_eta = [&](std::int32_t eta) {
    put(-std::log10(1.0 - kEtas[static_cast<std::size_t>(eta)] + 1e-4) / 4.0);
  };
  const double expected = config_.blocks_per_day * state.in_pool;
  const double daily_sd = config_.hash_price_volatility / std::sqrt(kDaysPerMarketYear);
  put(kFeeStep * state.fee / 0.02);
  put_eta(state.eta);
  put(kFeeStep * state.next_fee / 0.02);
  put_eta(state.next_eta);
  put(static_cast<double>(state.notice_left) / notice_);
  put(config_.competitor_fees[state.competitor_at] / 0.02);
  put(state.in_pool);
  put(state.flow * 100.0);
  put(std::log1p(std::max(state.reserve, 0.0)) / 4.0);
  put(state.reserve / std::max(expected, 1e-6) / 10.0);
  put(state.scheme == kPps ? 1.0 : 0.0);
  put(state.since_scheme / 14.0);
  put(state.luck / std::sqrt(std::max(expected, 1e-6) * kLuckDays / 2.0));
  put(std::log(state.hash_price));
  put(daily_sd > 0.0 ? state.last_return / daily_sd : 0.0);
  put(config_.prices_usd_per_mwh[state.price_at] / 50.0);
  put(state.site_on ? 1.0 : 0.0);
  for (std::size_t d = 0; d < deciles(); ++d) {
    const std::size_t first = d * groups_.size() / deciles();
    const std::size_t last = (d + 1) * groups_.size() / deciles();
    double inside = 0.0;
    double hash = 0.0;
    for (std::size_t i = first; i < last; ++i) {
      inside += state.part[i] * groups_.hash(i);
      hash += groups_.hash(i);
    }
    put(inside / hash);
  }
}

void CoupledPool::act(std::size_t policy, std::span<const double> parameters, const State& state,
                      const Decision& decision) const {
  const auto choose = [&](Set set, std::int64_t choice) { decision.choices[set] = choice; };
  choose(kFeeSet, kNoChange);
  choose(kEtaSet, kKeepEta);
  choose(kDividendSet, 0);
  choose(kStopSet, static_cast<std::int64_t>(kStops.size()) - 1);
  choose(kRunSet, static_cast<std::int64_t>(kRuns.size()) - 1);
  choose(kRateSet, nearest(kRates, 0.3));
  std::int64_t scheme = policy == kAlwaysPps ? kPps : kPplns;
  if (policy == kBundle) {
    const std::int32_t wanted =
        fee_steps(config_.competitor_fees[state.competitor_at] + parameters[0]);
    const std::int32_t away = wanted - state.fee;
    // The step that comes nearest without going beyond.
    for (std::size_t i = 0; i < kChanges.size(); ++i) {
      const bool towards = kChanges[i] * away > 0 && std::abs(kChanges[i]) <= std::abs(away);
      const auto now = static_cast<std::size_t>(decision.choices[kFeeSet]);
      if (towards && std::abs(kChanges[i]) > std::abs(kChanges[now]) &&
          allows(state, kFeeSet, static_cast<std::int64_t>(i))) {
        choose(kFeeSet, static_cast<std::int64_t>(i));
      }
    }
    scheme = state.reserve >= parameters[state.scheme == kPps ? 2 : 1] ? kPps : kPplns;
    choose(kStopSet, nearest(kStops, parameters[3]));
    choose(kRunSet, nearest(kRuns, parameters[4]));
    choose(kDividendSet, nearest(kDividends, parameters[5]));
  }
  choose(kSchemeSet, allows(state, kSchemeSet, scheme) ? scheme : state.scheme);
}

}  // namespace aicmp
