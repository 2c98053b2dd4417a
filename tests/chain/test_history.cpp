#include <string>

#include "sim/base/error.hpp"
#include "sim/chain/history.hpp"
#include "sim/chain/target.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

/// What BlockHistory says against a file, without its path.
std::string refusal(const std::string& content) {
  const TemporaryFile file(content);
  const std::string message =
      message_of<ConfigError>([&] { const BlockHistory history(file.path()); });
  return message.starts_with(file.path()) ? message.substr(file.path().size()) : message;
}

TEST_CASE("real headers may go backward, and are counted") {
  const TemporaryFile file(
      "height,time,pool_id\n10,1600000000,3\n11,1599999990,4\n12,1599999990,3\n13,1600000500,0\n");
  const BlockHistory history(file.path());
  REQUIRE(history.blocks().size() == 4);
  CHECK(history.backward_steps() == 1);
  CHECK(history.blocks()[1].height == 11);
  CHECK(history.blocks()[1].header_unix_s == 1599999990);
  CHECK(history.blocks()[1].pool_id == 4);
  CHECK(history.epochs(kPowLimitBits).empty());
}

TEST_CASE("faults are reported by file and line") {
  const std::string head = "height,time\n# a comment\n10,1600000000\n";
  CHECK(refusal(head + "12,1600000600\n") == ":4: height: 11 is missing (allowed: 11)");
  CHECK(refusal(head + "20,1600000600\n") == ":4: height: 11 to 19 are missing (allowed: 11)");
  CHECK(refusal(head + "10,1600000600\n") == ":4: height: 10 is there twice (allowed: 11)");
  CHECK(refusal(head + "9,1600000600\n") == ":4: height: 9 is out of order (allowed: 11)");
  CHECK(refusal(head + "11,1231006504\n") ==
        ":4: time: 1231006504 lies before the genesis block (allowed: [1231006505, 4294967295])");
  CHECK(refusal(head + "11,4294967296\n").find("beyond 32 bits") != std::string::npos);
  CHECK(refusal(head + "11,soon\n") == ":4: time: 'soon' is not an integer");
  CHECK(refusal(head + "11\n") == ":4: row has 1 cells, the header 2");
  CHECK(refusal("height,time\n-1,1600000000\n") == ":2: height: is negative (allowed: >= 0)");
  CHECK(refusal("height,time\n") == ": has no row below its header");
  CHECK(refusal("height,when\n1,1600000000\n") ==
        ":1: time: column is missing (allowed: height, when)");
  CHECK(refusal("").starts_with(": file is empty"));
  CHECK_THROWS_AS(BlockHistory("no/such/file.csv"), IoError);
}

TEST_CASE("epochs and hash rate of a chain whose pace is known") {
  // From height 2015: 600 s a block at difficulty 1, then the clamp quarters nothing.
  std::string content = "height,time\n";
  std::int64_t time_s = 1'300'000'000;
  for (std::int64_t height = 2015; height < 3 * 2016 + 100; ++height) {
    content += std::to_string(height) + "," + std::to_string(time_s) + "\n";
    time_s += height < 2 * 2016 - 1 ? 300 : 600;
  }
  const TemporaryFile file(content);
  const BlockHistory history(file.path());
  const auto epochs = history.epochs(0x1c00ffff);
  REQUIRE(epochs.size() == 3);
  CHECK(epochs[0].first_height == 2016);
  CHECK(epochs[0].blocks == 2016);
  CHECK(epochs[0].last_time_s - epochs[0].first_time_s == 2015 * 300);
  CHECK(epochs[1].nbits == next_work_required(0x1c00ffff, 0, 2015 * 300));
  CHECK(epochs[2].blocks == 100);
  CHECK(epochs[2].nbits == next_work_required(epochs[1].nbits, 0, 2015 * 600));

  const auto rates = history.hash_rate(epochs, 144);
  REQUIRE(rates.size() == 14 + 14 + 1);
  CHECK(rates.front().from_unix_s == 1'300'000'000);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const HistoricEpoch& epoch = epochs[std::min<std::size_t>(i / 14, 2)];
    const double per_block = expected_hashes(decode_compact(epoch.nbits).value);
    REQUIRE(rates[i].hashes_per_s ==
            doctest::Approx(per_block / (i < 14 ? 300.0 : 600.0)).epsilon(1e-12));
  }
}

TEST_CASE("windows in which header times do not advance join the next") {
  std::string content = "height,time\n";
  for (std::int64_t height = 0; height < 4; ++height) {
    content += std::to_string(height) + "," +
               std::to_string(1'300'000'000 + (height == 2 ? 500 : height * 600)) + "\n";
  }
  const TemporaryFile file(content);
  const BlockHistory history(file.path());
  const auto rates = history.hash_rate(history.epochs(kPowLimitBits), 1);
  const double per_block = expected_hashes(decode_compact(kPowLimitBits).value);
  REQUIRE(rates.size() == 2);
  CHECK(rates[0].hashes_per_s == doctest::Approx(per_block / 600));
  CHECK(rates[1].from_unix_s == 1'300'000'600);
  CHECK(rates[1].hashes_per_s == doctest::Approx(2 * per_block / 1200));
}

TEST_CASE("files of hash rates") {
  const TemporaryFile good("time,hashes_per_s\n1600000000,1e18\n1600086400,0\n");
  const auto points = read_hash_rates(CsvFile(good.path()));
  REQUIRE(points.size() == 2);
  CHECK(points[0].hashes_per_s == 1e18);
  CHECK(points[1].from_unix_s == 1600086400);
  for (const char* row : {"1600000000,1e18\n1600000000,1e18\n", "1600000000,-1\n",
                          "1600000000,nan\n", "1000000000,1e18\n", ""}) {
    CAPTURE(row);
    const TemporaryFile bad("time,hashes_per_s\n" + std::string(row));
    CHECK_THROWS_AS(read_hash_rates(CsvFile(bad.path())), ConfigError);
  }
}

TEST_CASE("hash rate of a real epoch is what the next difficulty makes of it") {
  const auto blocks = test::data_file("blocks_2021_2025.csv");
  if (!blocks) return;
  const BlockHistory history(*blocks);
  MESSAGE(history.blocks().size(), " real blocks, ", history.backward_steps(), " backward steps");
  const auto epochs = history.epochs(0x170da8a1);  // epoch 330
  const auto rates = history.hash_rate(epochs, 2016);
  // Difficulty times 2^32 over 600 s is the rate that the retarget saw in the epoch before; the
  // two differ by growth and luck.
  REQUIRE(rates.size() == epochs.size());
  for (std::size_t i = 0; i + 1 < rates.size(); ++i) {
    const double implied = expected_hashes(decode_compact(epochs[i + 1].nbits).value) / 600.0;
    REQUIRE(rates[i].hashes_per_s == doctest::Approx(implied).epsilon(0.005));
  }
}

}  // namespace
}  // namespace aicmp
