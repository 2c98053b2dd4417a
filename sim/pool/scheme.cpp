#include "sim/pool/scheme.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/weight_expression.hpp"

namespace aicmp {
namespace {

constexpr std::string_view kWindowKeys = "window oldest_share carry_unfilled recut_at_retarget";
constexpr std::string_view kSplitWindowKeys =
    "fee_floor_btc window oldest_share carry_unfilled recut_at_retarget";
constexpr std::string_view kEtaWindowKeys =
    "fee_floor_btc eta_on window oldest_share carry_unfilled recut_at_retarget";

/// One row per scheme: its name in specs, the parameter a bare value sets, what else it reads, and
/// its factory. All read `fee`.
struct SchemeEntry {
  SchemeKind kind;
  std::string_view name;
  std::string_view value;
  std::string_view reads;
  SchemeFactory* make;
};

constexpr std::array kSchemes = {
    SchemeEntry{SchemeKind::kPps, "pps", "fee", "", make_pps},
    SchemeEntry{SchemeKind::kFpps, "fpps", "fee", "", make_fpps},
    SchemeEntry{SchemeKind::kPpsPlus, "pps+", "fee", kWindowKeys, make_pps_plus},
    SchemeEntry{SchemeKind::kProportional, "prop", "fee", "fee_floor_btc", make_proportional},
    SchemeEntry{SchemeKind::kPplns, "pplns", "window", kSplitWindowKeys, make_pplns},
    SchemeEntry{SchemeKind::kTides, "tides", "fee", "fee_floor_btc", make_tides},
    SchemeEntry{SchemeKind::kSlice, "slice", "window", "fee_floor_btc slice_delta_btc", make_slice},
    SchemeEntry{SchemeKind::kSolo, "solo", "fee", "fee_floor_btc", make_solo},
    SchemeEntry{SchemeKind::kScore, "score", "score_s", "fee_floor_btc", make_score},
    SchemeEntry{SchemeKind::kGeometric, "geo", "c", "fee_floor_btc", make_geometric},
    SchemeEntry{SchemeKind::kDoubleGeometric, "dgm", "c", "fee_floor_btc o", make_double_geometric},
    SchemeEntry{SchemeKind::kEtaWindow, "eta", "eta", kEtaWindowKeys, make_eta_window},
    SchemeEntry{SchemeKind::kEtaRound, "eta-r", "eta", "fee_floor_btc eta_on", make_eta_round},
    SchemeEntry{SchemeKind::kEtaEstimate, "eta-t", "eta", "fee_floor_btc eta_on tau_h",
                make_eta_estimate},
    SchemeEntry{SchemeKind::kEtaPerShare, "eta-pps", "eta", "tau_h", make_eta_per_share},
    SchemeEntry{SchemeKind::kWeight, "weight", "weight", kSplitWindowKeys, make_weight},
};

const SchemeEntry& entry(SchemeKind kind) {
  for (const SchemeEntry& e : kSchemes) {
    if (e.kind == kind) return e;
  }
  assertion_failed("scheme is listed", __FILE__, __LINE__);
}

bool has_word(std::string_view words, std::string_view word) {
  for (std::size_t at = 0; (at = words.find(word, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) {
      return true;
    }
  }
  return false;
}

bool reads(const SchemeEntry& e, std::string_view key) {
  return key == "fee" || key == e.value || has_word(e.reads, key);
}

/// The parameters that a scheme reads, of those in the table.
std::vector<const Option*> parameters(const SchemeEntry& e, const OptionTable& table) {
  std::vector<const Option*> found;
  for (const Option& option : table.options()) {
    if (reads(e, option.key)) found.push_back(&option);
  }
  return found;
}

std::string value_text(const Option& option) {
  if (const auto* number = std::get_if<double*>(&option.field)) return fmt::format("{}", **number);
  if (const auto* flag = std::get_if<bool*>(&option.field)) return **flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string*>(&option.field)) return **text;
  const auto& choice = std::get<ChoiceField>(option.field);
  return choice.choices[choice.get()];
}

/// False if the text is none of the option's values.
bool set_value(const Option& option, std::string_view text) {
  if (double* const* number = std::get_if<double*>(&option.field)) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    **number = value;
    return option.limits.contains(value);
  }
  if (bool* const* flag = std::get_if<bool*>(&option.field)) {
    **flag = text == "true";
    return text == "true" || text == "false";
  }
  if (std::string* const* string = std::get_if<std::string*>(&option.field)) {
    **string = std::string(text);
    return true;
  }
  const auto& choice = std::get<ChoiceField>(option.field);
  const auto found = std::find(choice.choices.begin(), choice.choices.end(), text);
  if (found == choice.choices.end()) return false;
  choice.set(static_cast<std::size_t>(found - choice.choices.begin()));
  return true;
}

void set_parameter(SchemeConfig& config, const SchemeEntry& e, std::string_view spec,
                   std::string_view key, std::string_view text) {
  OptionTable table;
  add_options(table, config);
  std::string allowed;
  for (const Option* option : parameters(e, table)) {
    allowed += (allowed.empty() ? "" : ", ") + option->key;
    if (option->key != key) continue;
    if (set_value(*option, text)) return;
    throw ConfigError({}, std::string(spec), fmt::format("{} = '{}' is not accepted", key, text),
                      allowed_text(*option));
  }
  throw ConfigError({}, std::string(spec),
                    fmt::format("'{}' is not a parameter of {}", key, e.name), allowed);
}

const SchemeEntry& find_entry(std::string_view spec, std::string_view name) {
  std::vector<std::string> names;
  for (const SchemeEntry& e : kSchemes) {
    if (e.name == name) return e;
    names.emplace_back(e.name);
  }
  const std::string close = nearest(name, names);
  throw ConfigError({}, std::string(spec),
                    fmt::format("unknown scheme '{}'{}", name,
                                close.empty() ? "" : fmt::format("; did you mean '{}'?", close)),
                    fmt::format("{}", fmt::join(names, ", ")));
}

void check_weight(const SchemeConfig& config, const std::string& prefix = "") {
  if (config.kind == SchemeKind::kWeight) {
    WeightExpression expression(config.weight, prefix + "weight");
  }
}

}  // namespace

void add_options(OptionTable& table, SchemeConfig& config) {
  std::vector<std::pair<std::string, SchemeKind>> kinds;
  for (const SchemeEntry& e : kSchemes) kinds.emplace_back(std::string(e.name), e.kind);
  table.add_choice("kind", config.kind, std::move(kinds), "Reward scheme.");
  table.add("name", config.name, "Name in results; empty: kind and parameter.");
  table.add("fee", config.fee, "", {.min = 0.0, .max = 1.0, .max_open = true},
            "Share of the reward that the operator keeps.");
  table.add("fee_floor_btc", config.fee_floor_btc, "BTC", Limits::between(0.0, 2.1e7),
            "Schemes that split blocks: least that the operator keeps of a block; with fee = 0 an "
            "absolute fee.");
  table.add("eta", config.eta, "", Limits::between(0.0, 1.0),
            "ETA schemes: exponent of a miner's work; 1 pays in proportion, 0 per identity.");
  table.add_choice("eta_on", config.eta_on,
                   {{"reward", EtaOn::kReward}, {"subsidy", EtaOn::kSubsidy}},
                   "ETA, ETA-R, ETA-T: what is split by work^eta, all of a block or its subsidy, "
                   "its transaction fees then by work.");
  table.add("window", config.window, "network difficulties",
            {.min = 0.0, .max = 1e4, .min_open = true},
            "PPLNS, SLICE, ETA, PPS+, weight: length X of the window of paid work.");
  table.add_choice("oldest_share", config.oldest_share,
                   {{"fraction", OldestShare::kFraction}, {"whole", OldestShare::kWhole}},
                   "Windows: how the oldest share counts when part of it is inside.");
  table.add("carry_unfilled", config.carry_unfilled,
            "Windows: the operator keeps the part of a young window that has no work yet.");
  table.add("recut_at_retarget", config.recut_at_retarget,
            "Windows: take the new length at a retarget at once, not when rolled over.");
  table.add("tau_h", config.tau_h, "h", {.min = 0.0, .max = 8760.0, .min_open = true},
            "ETA-T, ETA-PPS: time constant of the hash-rate estimate.");
  table.add("score_s", config.score_s, "s", {.min = 1.0, .max = 1e7},
            "SCORE: time C in which a share's score falls by e against later ones.");
  table.add("c", config.c, "", {.min = 0.0, .max = 1.0, .min_open = true, .max_open = true},
            "GEO, DGM: part of a block that the operator keeps on average, before the fee.");
  table.add("o", config.o, "", {.min = 0.0, .max = 1.0, .max_open = true},
            "DGM: part of a score that survives a block; 0 is GEO.");
  table.add("slice_delta_btc", config.slice_delta_btc, "BTC",
            {.min = 0.0, .max = 100.0, .min_open = true},
            "SLICE: growth of the template's fees that starts a new slice.");
  table.add("weight", config.weight,
            "weight: a miner's weight from w (own work in the window), a (its part of the "
            "window's work), n (miners with work), total; + - * / ^ min max log exp sqrt.");
}

SchemeConfig parse_scheme(std::string_view spec, const SchemeConfig& defaults) {
  SchemeConfig config = defaults;
  const std::string_view name = spec.substr(0, spec.find(':'));
  const SchemeEntry& e = find_entry(spec, name);
  config.kind = e.kind;
  for (std::size_t at = name.size(); at < spec.size();) {
    const std::size_t begin = at + 1;
    at = std::min(spec.find(':', begin), spec.size());
    const std::string_view text = spec.substr(begin, at - begin);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
      set_parameter(config, e, spec, e.value, text);
    } else {
      set_parameter(config, e, spec, text.substr(0, equals), text.substr(equals + 1));
    }
  }
  config.name = std::string(spec);
  check_weight(config);
  return config;
}

std::vector<std::string> split_specs(std::string_view list) {
  std::vector<std::string> specs(1);
  int depth = 0;
  for (const char c : list) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) {
      specs.emplace_back();
    } else {
      specs.back() += c;
    }
  }
  for (std::string& spec : specs) {
    spec.erase(0, spec.find_first_not_of(' '));
    spec.erase(spec.find_last_not_of(' ') + 1);
  }
  return specs;
}

std::string scheme_spec(const SchemeConfig& config) {
  const SchemeEntry& e = entry(config.kind);
  SchemeConfig copy = config;
  SchemeConfig defaults;
  OptionTable table;
  OptionTable default_table;
  add_options(table, copy);
  add_options(default_table, defaults);
  std::string value;
  std::string rest;
  for (std::size_t i = 0; i < table.options().size(); ++i) {
    const Option& option = table.options()[i];
    if (!reads(e, option.key)) continue;
    const std::string text = value_text(option);
    if (option.key == e.value) {
      value = ":" + text;
    } else if (text != value_text(default_table.options()[i])) {
      rest += ":" + option.key + "=" + text;
    }
  }
  return std::string(e.name) + value + rest;
}

bool scheme_reads(const SchemeConfig& config, std::string_view key) {
  return reads(entry(config.kind), key);
}

void check_scheme(const SchemeConfig& config, const std::string& prefix) {
  const SchemeEntry& e = entry(config.kind);
  SchemeConfig copy = config;
  SchemeConfig defaults;
  OptionTable table;
  OptionTable default_table;
  add_options(table, copy);
  add_options(default_table, defaults);
  for (std::size_t i = 0; i < table.options().size(); ++i) {
    const Option& option = table.options()[i];
    if (option.key == "kind" || option.key == "name" || reads(e, option.key)) continue;
    if (value_text(option) == value_text(default_table.options()[i])) continue;
    std::string allowed;
    for (const Option* read : parameters(e, table)) {
      allowed += (allowed.empty() ? "" : ", ") + read->key;
    }
    throw ConfigError({}, prefix + option.key, fmt::format("{} does not read it", e.name), allowed);
  }
  check_weight(config, prefix);
}

SchemeTerms first_terms(const SchemeConfig& config, double eta) {
  const double floor = config.fee_floor_btc * static_cast<double>(kSatoshiPerBtc);
  return {config.fee, eta, Satoshi(std::llround(floor)), config.eta_on};
}

std::unique_ptr<RewardScheme> make_scheme(const SchemeConfig& config,
                                          const SchemeContext& context) {
  return config.make ? config.make(config, context) : entry(config.kind).make(config, context);
}

}  // namespace aicmp
