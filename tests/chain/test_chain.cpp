#include <cmath>
#include <vector>

#include "sim/base/csv.hpp"
#include "sim/base/error.hpp"
#include "sim/chain/chain.hpp"
#include "sim/chain/history.hpp"
#include "sim/chain/target.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

constexpr WorldKey kKey{.seed = 71};

TEST_CASE("the defaults are mainnet at the opening of epoch 446") {
  const Chain chain({}, kKey);
  CHECK(chain.next_height() == 446 * kRetargetInterval);
  CHECK(chain.nbits() == 0x17023774u);
  CHECK(chain.difficulty() == doctest::Approx(126'982'285'146'989.3).epsilon(1e-14));
  CHECK(chain.expected_hashes() / chain.difficulty() == doctest::Approx(kHashesPerWork));
  CHECK(chain.blocks_in_epoch() == 0);
  CHECK(chain.blocks_to_retarget() == kRetargetInterval);
  CHECK(chain.epoch_elapsed_s(Time::hours(1)) == 0.0);
  CHECK(chain.blocks_to_halving() == 1'050'000 - 899'136);
  CHECK(chain.next_subsidy() == Satoshi(312'500'000));
  CHECK(chain.unix_seconds(Time::seconds(2.5)) == 1'748'649'692.5);
}

TEST_CASE("an epoch runs its course") {
  ChainConfig config;
  config.header_time = {.max_job_age_s = 0, .clock_error_probability = 0, .clock_error_s = 0};
  Chain chain(config, kKey);
  const double before = chain.difficulty();
  for (int i = 1; i <= kRetargetInterval; ++i) {
    const Time found = Time::seconds(540.0 * i);
    const ConnectedBlock block = chain.connect(found);
    REQUIRE(block.height == 899'135 + i);
    REQUIRE(block.subsidy == Satoshi(312'500'000));
    REQUIRE(block.header_unix_s == config.start_unix_s + 540 * i);
    REQUIRE(block.old_difficulty == before);
    REQUIRE(block.retargeted == (i == kRetargetInterval));
    REQUIRE_FALSE(block.halved);
    REQUIRE(chain.tip_found() == found);
    REQUIRE(chain.blocks_in_epoch() == i % kRetargetInterval);
    if (i < kRetargetInterval) REQUIRE(chain.epoch_elapsed_s(found) == 540.0 * (i - 1));
    if (block.retargeted) CHECK(block.new_difficulty == chain.difficulty());
  }
  CHECK(chain.nbits() == next_work_required(0x17023774, 0, 2015 * 540));
  CHECK(chain.difficulty() / before == doctest::Approx(1209600.0 / (2015 * 540)).epsilon(1e-5));
}

TEST_CASE("a start in mid-epoch knows how long the epoch has run") {
  ChainConfig config;
  config.start_height = 899'136 + 2000;
  config.header_time = {.max_job_age_s = 0, .clock_error_probability = 0, .clock_error_s = 0};
  Chain on_schedule(config, kKey);
  CHECK(on_schedule.blocks_in_epoch() == 2000);
  CHECK(on_schedule.epoch_elapsed_s(Time()) == 1999 * 600.0);
  config.epoch_elapsed_s = 1'100'000;
  Chain fast(config, kKey);
  CHECK(fast.epoch_elapsed_s(Time::seconds(60)) == 1'100'060.0);
  for (int i = 1; i <= 16; ++i) fast.connect(Time::seconds(600.0 * i));
  CHECK(fast.nbits() == next_work_required(0x17023774, 0, 1'100'000 + 16 * 600));
}

TEST_CASE("the halving shows on the last block of the old subsidy") {
  ChainConfig config;
  config.start_height = 839'998;
  Chain chain(config, kKey);
  CHECK_FALSE(chain.connect(Time::seconds(600)).halved);
  CHECK(chain.blocks_to_halving() == 1);
  const ConnectedBlock last = chain.connect(Time::seconds(1200));
  CHECK(last.halved);
  CHECK(last.subsidy == Satoshi(625'000'000));
  CHECK(chain.next_subsidy() == Satoshi(312'500'000));
  CHECK(chain.blocks_to_halving() == kHalvingInterval);
}

TEST_CASE("a fixed difficulty is any positive number and stays") {
  for (const double difficulty : {1e-6, 200.0, 1.5e14}) {
    ChainConfig config;
    config.retarget = RetargetRule::kFixed;
    config.start_difficulty = difficulty;
    Chain chain(config, kKey);
    CHECK(chain.difficulty() == difficulty);
    CHECK(chain.expected_hashes() == difficulty * kHashesPerWork);
    int closed = 0;
    for (int i = 1; i <= 2 * kRetargetInterval; ++i) {
      closed += chain.connect(Time::seconds(10.0 * i)).retargeted;
    }
    CHECK(closed == 2);
    CHECK(chain.difficulty() == difficulty);
  }
}

TEST_CASE("configurations that contradict themselves are refused") {
  const auto refused = [](const ChainConfig& config) {
    return message_of<ConfigError>([&] { const Chain chain(config, kKey); });
  };
  ChainConfig easy;
  easy.start_difficulty = 0.5;
  CHECK(refused(easy).starts_with("network.start_difficulty: "));
  ChainConfig elapsed;
  elapsed.epoch_elapsed_s = 100.0;
  CHECK(refused(elapsed).starts_with("network.epoch_elapsed_s: "));
  ChainConfig bits;
  bits.start_nbits = "1d01ffff";
  CHECK(refused(bits).starts_with("network.start_nbits: '1d01ffff'"));
  bits.start_nbits = "1c387f6f";
  CHECK(refused(bits).empty());
  CHECK(Chain(bits, kKey).nbits() == 0x1c387f6fu);
}

TEST_CASE("one seed, one chain") {
  Chain first({}, kKey);
  Chain second({}, kKey);
  Chain other({}, {.seed = 72});
  int differences = 0;
  for (int i = 1; i <= 3000; ++i) {
    const Time found = Time::seconds(599.7 * i);
    const std::int64_t stamp = first.connect(found).header_unix_s;
    REQUIRE(stamp == second.connect(found).header_unix_s);
    differences += stamp != other.connect(found).header_unix_s;
  }
  CHECK(differences > 2500);
  CHECK(first.nbits() == second.nbits());
}

TEST_CASE("real headers through the chain give real difficulties") {
  const auto blocks = test::data_file("blocks_2021_2025.csv");
  const auto epochs = test::data_file("difficulty_epochs.csv");
  if (!blocks || !epochs) return;
  const CsvFile csv(*epochs);
  const std::size_t nbits = csv.column("nbits_hex");
  const BlockHistory history(*blocks);
  // The first 1217 blocks belong to an epoch whose beginning the file lacks; its first header time
  // and bits come from the table of epochs.
  const HistoricBlock& opening = history.blocks().front();
  const auto row = static_cast<std::size_t>(opening.height / kRetargetInterval);
  ChainConfig config;
  config.start_height = opening.height;
  config.start_unix_s = opening.header_unix_s;
  config.start_nbits = csv.text(row, nbits);
  config.epoch_elapsed_s =
      static_cast<double>(opening.header_unix_s - csv.integer(row, csv.column("first_block_time")));
  Chain chain(config, kKey);
  Time now;
  int retargets = 0;
  for (const HistoricBlock& block : history.blocks()) {
    const auto since_start = static_cast<double>(block.header_unix_s - config.start_unix_s);
    now = std::max(now, Time::seconds(since_start));  // headers go backward, time does not
    if (!chain.connect(now, block.header_unix_s).retargeted) continue;
    ++retargets;
    const auto next = static_cast<std::size_t>(chain.next_height() / kRetargetInterval);
    REQUIRE(chain.nbits() == parse_nbits(std::string(csv.text(next, nbits)), ""));
  }
  MESSAGE(retargets, " real retargets reproduced through the chain");
  CHECK(retargets > 100);
}

}  // namespace
}  // namespace aicmp
