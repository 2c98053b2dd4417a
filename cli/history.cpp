#include "cli/history.hpp"

#include <chrono>
#include <optional>

#include "sim/base/error.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {

std::int64_t parse_since(const std::string& date) {
  const std::optional<std::int64_t> since = parse_date(date);
  if (!since) throw ConfigError({}, "--since", date + " is no date", "YYYY-MM-DD");
  return *since;
}

std::int64_t now_unix_s() {
  using namespace std::chrono;
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace aicmp
