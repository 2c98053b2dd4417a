#include <cmath>
#include <filesystem>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/csv.hpp"
#include "sim/chain/retarget.hpp"
#include "sim/forecast/difficulty_lstm.hpp"
#include "sim/forecast/next_difficulty.hpp"
#include "tests/chain/files.hpp"

using namespace aicmp;

namespace {

struct Errors {
  double plug_in = 0.0;
  double shrink = 0.0;
  double covered = 0.0;
};

Errors errors_at(const std::vector<EpochCase>& cases, std::int64_t blocks) {
  Errors errors;
  const auto count = static_cast<double>(cases.size());
  for (const EpochCase& entry : cases) {
    const EpochSoFar so_far{blocks, entry.header_s[static_cast<std::size_t>(blocks)]};
    const double plug_in = plug_in_retarget(so_far) - entry.log_change;
    const Forecast forecast = shrink_retarget(so_far, entry.past_log_changes);
    const double shrink = forecast.mean - entry.log_change;
    errors.plug_in += plug_in * plug_in / count;
    errors.shrink += shrink * shrink / count;
    if (entry.log_change >= forecast.quantiles.front() &&
        entry.log_change <= forecast.quantiles.back()) {
      errors.covered += 1.0 / count;
    }
  }
  return {std::sqrt(errors.plug_in), std::sqrt(errors.shrink), errors.covered};
}

}  // namespace

TEST_CASE("errors of the next difficulty on simulated epochs are those of economics.md 6.5") {
  const std::vector<EpochCase> cases = draw_epochs(3000, 0.03, 6);
  // The standard error of a root mean square of n normal errors is 1 / sqrt(2 n) of it: 1.3 %.
  const struct {
    std::int64_t blocks;
    double plug_in;
    double shrink;
  } rows[] = {{144, 0.0805, 0.0384}, {504, 0.0386, 0.0288}, {1008, 0.0223, 0.0198}};
  for (const auto& row : rows) {
    CAPTURE(row.blocks);
    const Errors errors = errors_at(cases, row.blocks);
    CHECK(errors.plug_in == doctest::Approx(row.plug_in).epsilon(0.06));
    CHECK(errors.shrink == doctest::Approx(row.shrink).epsilon(0.06));
    CHECK(errors.shrink < errors.plug_in);
    CHECK(errors.covered == doctest::Approx(0.9).epsilon(0.03));
  }
}

TEST_CASE("the last block leaves nothing to foretell") {
  const std::vector<EpochCase> cases = draw_epochs(5, 0.03, 2);
  for (const EpochCase& entry : cases) {
    const EpochSoFar all{kRetargetInterval - 1, entry.header_s.back()};
    CHECK(plug_in_retarget(all) == doctest::Approx(entry.log_change));
    CHECK(shrink_retarget(all, entry.past_log_changes).mean == doctest::Approx(entry.log_change));
  }
}

TEST_CASE("before the first block only the past of other epochs is known") {
  const std::vector<double> past{0.02, -0.04, 0.05, 0.01, 0.0, 0.03};
  const Forecast forecast = shrink_retarget({0, 0.0}, past);
  CHECK(plug_in_retarget({0, 0.0}) == 0.0);
  CHECK(forecast.mean == doctest::Approx(0.07 / 6.0).epsilon(0.15));
}

TEST_CASE("real epochs are foretold as well as economics.md 6.5 says") {
  const auto blocks_path = test::data_file("blocks_2021_2025.csv");
  const auto epochs_path = test::data_file("difficulty_epochs.csv");
  if (!blocks_path || !epochs_path) return;
  const BlockHistory blocks(*blocks_path);
  const CsvFile epochs(*epochs_path);
  std::vector<double> earlier;
  for (std::size_t row = 1; row < epochs.rows(); ++row) {
    if (epochs.integer(row, epochs.column("first_height")) >
        blocks.blocks().front().height + 2015) {
      break;
    }
    const std::size_t difficulty = epochs.column("difficulty");
    earlier.push_back(
        std::log(epochs.number(row, difficulty) / epochs.number(row - 1, difficulty)));
  }
  const std::vector<EpochCase> cases = epoch_cases(blocks, earlier);
  REQUIRE(cases.size() >= 100);
  // The table was made with more epochs, and n epochs fix a root mean square to 1 / sqrt(2 n).
  const double error = 3.0 / std::sqrt(2.0 * static_cast<double>(cases.size()));
  CHECK(errors_at(cases, 504).plug_in == doctest::Approx(0.051).epsilon(error));
  CHECK(errors_at(cases, 504).shrink == doctest::Approx(0.044).epsilon(error));
  CHECK(errors_at(cases, 1008).shrink == doctest::Approx(0.0275).epsilon(error));
  CHECK(errors_at(cases, 1944).plug_in == doctest::Approx(0.0045).epsilon(error));
}

TEST_CASE("the LSTM is as good as the Bayes estimator of drawn epochs, and sees nothing later") {
  const std::vector<EpochCase> cases = draw_epochs(200, 0.05, 21);
  const DifficultyLstm lstm(1);
  double lstm_squares = 0.0;
  double shrink_squares = 0.0;
  for (const EpochCase& entry : cases) {
    const double missed = lstm.forecast(entry, 504).mean - entry.log_change;
    const double shrink = shrink_retarget({504, entry.header_s[504]}, entry.past_log_changes).mean;
    lstm_squares += missed * missed;
    shrink_squares += (shrink - entry.log_change) * (shrink - entry.log_change);
  }
  CHECK(lstm_squares < 1.1 * shrink_squares);

  EpochCase changed = cases.front();
  for (std::size_t block = 505; block < changed.header_s.size(); ++block) {
    changed.header_s[block] *= 2.0;
  }
  changed.log_change = 1.0;
  CHECK(lstm.forecast(changed, 504).mean == lstm.forecast(cases.front(), 504).mean);
}

TEST_CASE("the LSTM of the difficulty learns what drawn epochs do not have") {
  // The hash rate of these jumps in the middle of each epoch: at its end the pace so far is wrong
  // by as much, always in the same direction.
  std::vector<EpochCase> cases = draw_epochs(120, 0.02, 22);
  for (EpochCase& entry : cases) {
    const double middle_s = entry.header_s[1008];
    for (std::size_t block = 1009; block < entry.header_s.size(); ++block) {
      entry.header_s[block] = middle_s + 0.8 * (entry.header_s[block] - middle_s);
    }
    entry.log_change = std::log(1209600.0 / entry.header_s.back());
  }
  const std::vector<EpochCase> later(cases.end() - 40, cases.end());
  cases.resize(80);
  DifficultyLstm lstm(1);
  const auto squares = [&] {
    double sum = 0.0;
    for (const EpochCase& entry : later) {
      const double missed = lstm.forecast(entry, 1008).mean - entry.log_change;
      sum += missed * missed;
    }
    return sum;
  };
  const double before = squares();
  lstm.learn(cases);
  CHECK(squares() < 0.5 * before);
}
