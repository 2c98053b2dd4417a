#include "envs/problems/curtailment_config.hpp"

namespace aicmp {

void add_options(OptionTable& table, CurtailmentConfig& config) {
  using Form = CurtailmentConfig::Actions;
  table.add_choice("actions", config.actions,
                   {{"modes", Form::kModes}, {"fraction", Form::kFraction}},
                   "Choose a mode, or (continuous) the part of the machines that runs; `fraction` "
                   "needs exactly one running mode.");
  table.add("prices_usd_per_mwh", config.prices_usd_per_mwh, "USD/MWh", {},
            "Prices of the Markov chain.");
  table.add("transitions", config.transitions, "", Limits::between(0.0, 1.0),
            "Its transition matrix per hour, row after row; each row sums to 1.");
  table.add_path("price_file", config.price_file,
                 "CSV of recorded prices instead of the chain; a step is the spacing of its rows.");
  table.add("price_column", config.price_column, "Column of `price_file`, USD/MWh.");
  table.add("held_out_from", config.held_out_from,
            "First day (YYYY-MM-DD, UTC) of `price_file` that split \"test\" uses, and not "
            "\"train\".");
  table.add_choice(
      "forecast", config.forecast,
      {{"none", ForecastSource::kNone},
       {"baseline", ForecastSource::kBaseline},
       {"lstm", ForecastSource::kLstm},
       {"oracle", ForecastSource::kOracle}},
      "Who foretells the prices of `price_file` in the observation, fitted to the rows "
      "before `held_out_from`: an autoregression, an LSTM (hourly rows; seconds to "
      "train), or the truth.");
  table.add("revenue_usd_per_mwh", config.revenue_usd_per_mwh, "USD/MWh", Limits::at_least(0.0),
            "Mining revenue of a megawatt-hour at nameplate efficiency, at the start.");
  table.add("revenue_volatility", config.revenue_volatility, "1/sqrt(year)",
            Limits::between(0.0, 5.0),
            "Of the revenue's logarithm, which moves as the hash price does: a martingale.");
  table.add("restart_hours", config.restart_hours, "h", Limits::at_least(0.0),
            "Hash rate lost by a restart.");
  table.add("restart_wear_usd", config.restart_wear_usd, "USD", Limits::at_least(0.0),
            "Wear of a restart.");
  table.add("idle_power", config.idle_power, "of nameplate", Limits::between(0.0, 1.0),
            "Power drawn while off.");
  table.add("mode_power", config.mode_power, "of nameplate", Limits::positive(),
            "Power of each running mode.");
  table.add("mode_hash", config.mode_hash, "of nameplate", Limits::positive(),
            "Hash rate of each running mode.");
  add_terms(table, config.response, "response.");
  add_options(table, config.heat, "heat.");
  table.add("steps", config.steps, "", Limits::between(1.0, 1e7), "Length of an episode.");
}

}  // namespace aicmp
