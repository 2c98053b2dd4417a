#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/calibration/fit.hpp"

namespace aicmp {

/// Files of history; those that are empty are not fitted.
struct CalibrationInput {
  std::string daily;     // daily_spec()
  std::string blocks;    // BlockHistory
  std::string mempool;   // mempool_spec()
  std::string energy;    // energy_spec()
  std::string arrivals;  // columns height, arrival_time, header_time, Unix s
  std::string stale;     // column height
  double energy_utc_offset_hours = 0.0;
  std::int64_t since_unix_s = 0;  // earlier rows of daily and blocks are left out
  std::int64_t now_unix_s = 0;    // later rows are refused
  double hold_out = 0.2;   // last part of days and epochs that a second fit must foretell, to .5
  std::uint64_t seed = 1;  // of the series that errors and checks are drawn with
};

/// One option of a scenario as calibrated.
struct Setting {
  std::string key;
  std::string toml;     // the value
  std::string comment;  // its error, or where it comes from
};

struct Calibration {
  std::vector<Fit> fits;
  std::vector<Setting> settings;
  std::vector<std::string> notes;  // holes in the files, by line
};

/// Fits what the files allow. Throws ConfigError or IoError; there must be one file at least.
Calibration calibrate(const CalibrationInput& input);

/// The settings as a part of a scenario, for `extends`; sources, errors and warnings as comments.
std::string calibration_toml(const Calibration& calibration);
/// Every fit with its errors, checks and warnings, to read.
std::string calibration_text(const Calibration& calibration);
/// The same as JSON, for pictures.
std::string calibration_json(const Calibration& calibration);

}  // namespace aicmp
