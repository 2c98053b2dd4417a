#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace aicmp {

/// Who foretells prices in an observation.
enum class ForecastSource {
  kNone,
  kBaseline,  // an autoregression
  kLstm,
  kOracle,  // the truth: an upper bound of what forecasts are worth
};

/// Prices foretold at every row of a record, for some hours ahead. All are made once, so that a
/// step costs no more than a look-up. The forecaster works on asinh of 10 USD/MWh and is fitted to
/// the first `learn` rows; at each row it sees that row and those before.
class PriceForecasts {
 public:
  static constexpr std::array<int, 3> kHours = {1, 6, 24};

  PriceForecasts() = default;
  /// `source` is not kNone. Throws ConfigError if there are too few rows to learn from, and for an
  /// LSTM of other than hourly rows.
  PriceForecasts(ForecastSource source, std::span<const double> usd_per_mwh, double step_hours,
                 std::size_t learn);

  bool empty() const { return by_row_.empty(); }
  /// For kHours[horizon] after the row, USD/MWh.
  double usd_per_mwh(std::size_t row, std::size_t horizon) const { return by_row_[row][horizon]; }

 private:
  using Row = std::array<double, kHours.size()>;
  std::vector<Row> by_row_;
};

}  // namespace aicmp
