#include "sim/chain/retarget_record.hpp"

#include "sim/base/csv.hpp"
#include "sim/chain/target.hpp"

namespace aicmp {

RetargetRecord::RetargetRecord(const std::string& path) {
  const CsvFile csv(path);
  const std::size_t height = csv.column("first_height");
  const std::size_t nbits = csv.column("nbits_hex");
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    try {
      nbits_[csv.integer(row, height)] =
          parse_nbits(std::string(csv.text(row, nbits)), "nbits_hex");
    } catch (const ConfigError& error) {
      throw error.located([&](const std::string&) { return csv.where(row); });
    }
  }
}

std::optional<std::uint32_t> RetargetRecord::nbits(std::int64_t first_height) const {
  const auto found = nbits_.find(first_height);
  if (found == nbits_.end()) return std::nullopt;
  return found->second;
}

}  // namespace aicmp
