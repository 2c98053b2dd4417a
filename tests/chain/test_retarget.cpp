#include <string>

#include "sim/base/csv.hpp"
#include "sim/chain/history.hpp"
#include "sim/chain/retarget.hpp"
#include "sim/chain/retarget_record.hpp"
#include "sim/chain/target.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

TEST_CASE("retarget vectors of Bitcoin Core (pow_tests.cpp)") {
  // Block 32255, no clamp.
  CHECK(next_work_required(0x1d00ffff, 1261130161, 1262152739) == 0x1d00d86au);
  CHECK(permitted_transition(32256, 0x1d00ffff, 0x1d00d86a));
  // Block 2015: slower than two weeks, but already at the limit.
  CHECK(next_work_required(0x1d00ffff, 1231006505, 1233061996) == 0x1d00ffffu);
  CHECK(permitted_transition(2016, 0x1d00ffff, 0x1d00ffff));
  // Block 68543: faster than a quarter of two weeks.
  CHECK(next_work_required(0x1c05a3f4, 1279008237, 1279297671) == 0x1c0168fdu);
  CHECK(permitted_transition(68544, 0x1c05a3f4, 0x1c0168fd));
  CHECK_FALSE(permitted_transition(68544, 0x1c05a3f4, 0x1c0168fc));
  // Block 46367 with a made-up first time: slower than four times two weeks.
  CHECK(next_work_required(0x1c387f6f, 1263163443, 1269211443) == 0x1d00e1fdu);
  CHECK(permitted_transition(46368, 0x1c387f6f, 0x1d00e1fd));
  CHECK_FALSE(permitted_transition(46368, 0x1c387f6f, 0x1d00e1fe));
  // Within an epoch nothing may change.
  CHECK(permitted_transition(46369, 0x1c387f6f, 0x1c387f6f));
  CHECK_FALSE(permitted_transition(46369, 0x1c387f6f, 0x1c387f6e));
}

TEST_CASE("retarget vectors of the data folder") {
  const auto path = test::data_file("pow_vectors.csv");
  if (!path) return;
  const CsvFile csv(*path);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    CAPTURE(row);
    CHECK(next_work_required(test::hex(csv.text(row, csv.column("nbits_in"))),
                             csv.integer(row, csv.column("first_block_time")),
                             csv.integer(row, csv.column("last_block_time"))) ==
          test::hex(csv.text(row, csv.column("nbits_out"))));
  }
}

TEST_CASE("a record of real retargets answers for its epochs only") {
  const TemporaryFile file("first_height,nbits_hex\n0,1d00ffff\n2016,1c00ffff\n");
  const RetargetRecord record(file.path());
  CHECK(record.nbits(2016) == 0x1c00ffffu);
  CHECK_FALSE(record.nbits(4032).has_value());
  const TemporaryFile bad("first_height,nbits_hex\n0,1d00ffff\n2016,1e00ffff\n");
  CHECK(message_of<ConfigError>([&] {
          const RetargetRecord refused(bad.path());
        }).starts_with(bad.path() + ":3: nbits_hex: '1e00ffff'"));
}

TEST_CASE("header times that run backward clamp at a quarter") {
  CHECK(next_work_required(0x17023774, 2000, 1000) ==
        next_work_required(0x17023774, 0, kTargetTimespanS / 4));
}

TEST_CASE("every complete real epoch gives the bits of the next") {
  const auto path = test::data_file("difficulty_epochs.csv");
  if (!path) return;
  const CsvFile csv(*path);
  const std::size_t first = csv.column("first_block_time");
  const std::size_t last = csv.column("last_block_time");
  const std::size_t nbits = csv.column("nbits_hex");
  const std::size_t height = csv.column("first_height");
  int checked = 0;
  for (std::size_t row = 0; row + 1 < csv.rows(); ++row) {
    const std::uint32_t now = test::hex(csv.text(row, nbits));
    const std::uint32_t next = test::hex(csv.text(row + 1, nbits));
    CAPTURE(row);
    REQUIRE(permitted_transition(csv.integer(row + 1, height), now, next));
    if (csv.empty(row, first) || csv.empty(row, last)) continue;
    REQUIRE(next_work_required(now, csv.integer(row, first), csv.integer(row, last)) == next);
    ++checked;
  }
  MESSAGE(checked, " retargets of difficulty_epochs.csv reproduced bit for bit");
  CHECK(checked > 100);
}

TEST_CASE("real blocks give the bits of every epoch they complete") {
  const auto blocks = test::data_file("blocks_2021_2025.csv");
  const auto epochs = test::data_file("difficulty_epochs.csv");
  if (!blocks || !epochs) return;
  const CsvFile csv(*epochs);
  const BlockHistory history(*blocks);
  const auto row_of = [&](std::int64_t height) {
    return static_cast<std::size_t>(height / kRetargetInterval);
  };
  const std::int64_t opening =
      (history.blocks().front().height / kRetargetInterval + 1) * kRetargetInterval;
  const auto derived =
      history.epochs(test::hex(csv.text(row_of(opening), csv.column("nbits_hex"))));
  REQUIRE(derived.size() > 100);
  for (const HistoricEpoch& epoch : derived) {
    CAPTURE(epoch.first_height);
    const std::size_t row = row_of(epoch.first_height);
    REQUIRE(csv.integer(row, csv.column("first_height")) == epoch.first_height);
    REQUIRE(csv.integer(row, csv.column("first_block_time")) == epoch.first_time_s);
    REQUIRE(test::hex(csv.text(row, csv.column("nbits_hex"))) == epoch.nbits);
  }
  const std::size_t reproduced = derived.size() - 1;
  MESSAGE(reproduced, " retargets of blocks_2021_2025.csv reproduced bit for bit");
}

}  // namespace
}  // namespace aicmp
