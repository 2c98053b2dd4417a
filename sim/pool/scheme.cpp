#include "sim/pool/scheme.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/pool/schemes/schemes.hpp"

namespace aicmp {
namespace {

/// One row per scheme: its name in specs, the parameter a bare value sets, and its factory.
struct SchemeEntry {
  SchemeKind kind;
  const char* name;
  double SchemeConfig::*value;
  std::unique_ptr<RewardScheme> (*make)(const SchemeConfig&, const SchemeContext&);
};

constexpr std::array kSchemes = {
    SchemeEntry{SchemeKind::kPps, "pps", &SchemeConfig::fee, make_pps},
    SchemeEntry{SchemeKind::kFpps, "fpps", &SchemeConfig::fee, make_fpps},
    SchemeEntry{SchemeKind::kProportional, "prop", &SchemeConfig::fee, make_proportional},
    SchemeEntry{SchemeKind::kPplns, "pplns", &SchemeConfig::window, make_pplns},
    SchemeEntry{SchemeKind::kEtaWindow, "eta", &SchemeConfig::eta, make_eta_window},
};

const SchemeEntry& entry(SchemeKind kind) {
  for (const SchemeEntry& e : kSchemes) {
    if (e.kind == kind) return e;
  }
  assertion_failed("scheme is listed", __FILE__, __LINE__);
}

std::string names() {
  std::string text;
  for (const SchemeEntry& e : kSchemes) text += (text.empty() ? "" : ", ") + std::string(e.name);
  return text;
}

void set_number(SchemeConfig& config, std::string_view spec, std::string_view key,
                std::string_view text) {
  OptionTable table;
  add_options(table, config);
  for (const Option& option : table.options()) {
    double* const* field = std::get_if<double*>(&option.field);
    if (field == nullptr || option.key != key) continue;
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() ||
        !option.limits.contains(value)) {
      throw ConfigError({}, std::string(spec), fmt::format("{} = '{}' is not accepted", key, text),
                        option.limits.text());
    }
    **field = value;
    return;
  }
  throw ConfigError({}, std::string(spec), fmt::format("'{}' is not a number of a scheme", key),
                    "fee, eta, window");
}

std::string_view key_of(double SchemeConfig::*value) {
  if (value == &SchemeConfig::eta) return "eta";
  if (value == &SchemeConfig::window) return "window";
  return "fee";
}

}  // namespace

void add_options(OptionTable& table, SchemeConfig& config) {
  std::vector<std::pair<std::string, SchemeKind>> kinds;
  for (const SchemeEntry& e : kSchemes) kinds.emplace_back(e.name, e.kind);
  table.add_choice("kind", config.kind, std::move(kinds), "Reward scheme.");
  table.add("name", config.name, "Name in results; empty: kind and parameter.");
  table.add("fee", config.fee, "", {.min = 0.0, .max = 1.0, .max_open = true},
            "Share of the reward that the operator keeps.");
  table.add("eta", config.eta, "", Limits::between(0.0, 1.0),
            "ETA schemes: exponent of a miner's work; 1 pays in proportion, 0 per identity.");
  table.add("window", config.window, "network difficulties",
            {.min = 0.0, .max = 1e4, .min_open = true},
            "PPLNS, ETA: length X of the window of paid work, in units of network difficulty.");
  table.add_choice("oldest_share", config.oldest_share,
                   {{"fraction", OldestShare::kFraction}, {"whole", OldestShare::kWhole}},
                   "Windows: how the oldest share counts when part of it is inside.");
  table.add("carry_unfilled", config.carry_unfilled,
            "Windows: the operator keeps the part of a young window that has no work yet.");
  table.add("recut_at_retarget", config.recut_at_retarget,
            "Windows: take the new length at a retarget at once, not when rolled over.");
}

SchemeConfig parse_scheme(std::string_view spec, const SchemeConfig& defaults) {
  SchemeConfig config = defaults;
  config.name.clear();
  const SchemeEntry* found = nullptr;
  for (std::size_t begin = 0, part = 0;; ++part) {
    const std::size_t colon = spec.find(':', begin);
    const std::string_view text = spec.substr(begin, colon - begin);
    if (part == 0) {
      for (const SchemeEntry& e : kSchemes) {
        if (e.name == text) found = &e;
      }
      if (found == nullptr) {
        throw ConfigError({}, std::string(spec), fmt::format("unknown scheme '{}'", text), names());
      }
      config.kind = found->kind;
    } else if (const std::size_t equals = text.find('='); equals != std::string_view::npos) {
      set_number(config, spec, text.substr(0, equals), text.substr(equals + 1));
    } else {
      set_number(config, spec, key_of(found->value), text);
    }
    if (colon == std::string_view::npos) break;
    begin = colon + 1;
  }
  if (defaults.name.empty()) config.name = std::string(spec);
  return config;
}

std::string scheme_spec(const SchemeConfig& config) {
  const SchemeEntry& e = entry(config.kind);
  return fmt::format("{}:{:g}", e.name, config.*(e.value));
}

std::unique_ptr<RewardScheme> make_scheme(const SchemeConfig& config,
                                          const SchemeContext& context) {
  return entry(config.kind).make(config, context);
}

}  // namespace aicmp
