#include <cmath>
#include <vector>

#include <boost/math/special_functions/lambert_w.hpp>

#include "sim/base/moments.hpp"
#include "sim/chain/network.hpp"
#include "sim/chain/target.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

constexpr MiningMarket kNetworkMarket{.btc_usd = 60'000.0, .hash_price_usd_per_phs_day = 48.0};

/// Exact header times, no forks, and a hash rate that fits the difficulty of 1e12.
NetworkConfig calm() {
  NetworkConfig config;
  config.chain.start_difficulty = 1e12;
  config.chain.header_time = {.max_job_age_s = 0, .clock_error_probability = 0, .clock_error_s = 0};
  config.propagation_delay_s = 0.0;
  config.hash_rate_ehs = 1e12 * kHashesPerWork / 600.0 * 1e-18;
  return config;
}

/// Lets everything happen until the next block of the main chain, and returns it.
NetworkBlock next_main(Network& network) {
  for (;;) {
    if (network.next_growth_time() <= network.next_block_time()) {
      network.grow(kNetworkMarket);
      continue;
    }
    const NetworkBlock event = network.find_block();
    if (event.outcome == RaceOutcome::kMain) return event;
  }
}

struct Epoch {
  double seconds = 0.0;     // from the last block of the epoch before to the last block of this one
  double difficulty = 0.0;  // of its blocks
};

/// The next complete epochs; the network must stand at the opening of one.
std::vector<Epoch> run_epochs(Network& network, int count) {
  std::vector<Epoch> epochs;
  Time begin;
  while (static_cast<int>(epochs.size()) < count) {
    const NetworkBlock event = next_main(network);
    if (!event.block.retargeted) continue;
    epochs.push_back({(event.found - begin).in_seconds(), event.block.old_difficulty});
    begin = event.found;
  }
  return epochs;
}

TEST_CASE("validation case 3: retargets at constant hash rate") {
  Network network(calm(), {.seed = 81});
  const auto epochs = run_epochs(network, 2000);
  // The n-th span is two weeks times (luck of epoch n) / (luck of epoch n-1) (2016/2015), lucks
  // independent Gamma(2015)/2015. Hence:
  //   mean interval 1209600/2014; its expectation given the difficulty has CV 1/sqrt(2013) and no
  //   lag-1 correlation; the realised one has CV sqrt(2/2015) and lag-1 correlation -1/2.
  Moments interval;
  Moments expected;
  double expected_lag = 0.0;
  double interval_lag = 0.0;
  const auto given_difficulty = [](const Epoch& epoch) { return epoch.difficulty / 1e12 * 600.0; };
  for (std::size_t i = 1; i < epochs.size(); ++i) {
    interval.add(epochs[i].seconds / kRetargetInterval);
    expected.add(given_difficulty(epochs[i]));
  }
  for (std::size_t i = 2; i < epochs.size(); ++i) {
    expected_lag += (given_difficulty(epochs[i]) - expected.mean()) *
                    (given_difficulty(epochs[i - 1]) - expected.mean());
    interval_lag += (epochs[i].seconds / kRetargetInterval - interval.mean()) *
                    (epochs[i - 1].seconds / kRetargetInterval - interval.mean());
  }
  const auto n = static_cast<double>(interval.count());
  expected_lag /= expected.variance() * n;
  interval_lag /= interval.variance() * n;
  const double expected_cv = expected.standard_deviation() / expected.mean();
  const double interval_cv = interval.standard_deviation() / interval.mean();
  MESSAGE("mean interval ", interval.mean(), " s; given the difficulty ", expected.mean(),
          " s, CV ", expected_cv, ", lag-1 ", expected_lag, "; realised CV ", interval_cv,
          ", lag-1 ", interval_lag);
  // The sum of ratios of neighbours telescopes to first order. What is left per epoch has variance
  // 3/2015^2, and the ends add the luck of two epochs over n.
  const double error = 600.0 * std::sqrt(3.0 / (2015.0 * 2015.0 * n) + 2.0 / (2015.0 * n * n));
  CHECK(std::abs(interval.mean() - 1209600.0 / 2014) < 4 * error);
  CHECK(std::abs(interval.mean() - 600.298) > 8 * error);  // what 2016 intervals would give
  CHECK(std::abs(expected.mean() - 1209600.0 / 2014) < 4 * 600.0 * 0.0223 / std::sqrt(n));
  CHECK(std::abs(expected_cv * std::sqrt(2013.0) - 1.0) < 4 / std::sqrt(2 * n));
  CHECK(std::abs(expected_lag) < 4 / std::sqrt(n));
  CHECK(std::abs(interval_cv / std::sqrt(2.0 / 2015) - 1.0) < 4 / std::sqrt(n));
  CHECK(std::abs(interval_lag + 0.5) < 4 / std::sqrt(n));
}

TEST_CASE("validation case 4: the clamp, up and down") {
  for (const double factor : {10.0, 0.1}) {
    CAPTURE(factor);
    Moments second_ratio;
    Moments first_interval;
    for (std::uint32_t world = 0; world < 60; ++world) {
      NetworkConfig config = calm();
      config.growth.model = GrowthModel::kScheduled;
      config.growth.steps = {{0.0, factor}};
      Network network(config, {.seed = 82, .world = world});
      const std::uint32_t bits = network.chain().nbits();
      const auto epochs = run_epochs(network, 3);
      const std::int64_t clamp = factor > 1 ? kTargetTimespanS / 4 : kTargetTimespanS * 4;
      const Target clamped = decode_compact(next_work_required(bits, 0, clamp)).value;
      REQUIRE(epochs[1].difficulty == difficulty(clamped));
      REQUIRE(epochs[1].difficulty / epochs[0].difficulty ==
              doctest::Approx(factor > 1 ? 4.0 : 0.25).epsilon(1e-4));
      first_interval.add(epochs[0].seconds / kRetargetInterval);
      second_ratio.add(epochs[2].difficulty / epochs[1].difficulty);
    }
    const double expected = (factor > 1 ? 2.5 : 0.4) * 2016.0 / 2014.0;
    CHECK(std::abs(first_interval.mean() - 600.0 / factor) < 4 * first_interval.standard_error());
    CHECK(std::abs(second_ratio.mean() - expected) < 4 * second_ratio.standard_error());
    MESSAGE("x", factor, ": interval ", first_interval.mean(), " s, second ratio ",
            second_ratio.mean());
  }
}

TEST_CASE("validation case 5: the retarget lags behind growth") {
  for (const double growth : {0.05, 0.02}) {
    CAPTURE(growth);
    Moments spans;  // per world, of the mean epoch over two weeks
    for (std::uint32_t world = 0; world < 6; ++world) {
      NetworkConfig config = calm();
      config.growth.model = GrowthModel::kScheduled;
      config.growth.growth_per_14_days = growth;
      Network network(config, {.seed = 83, .world = world});
      const auto epochs = run_epochs(network, 220);
      Moments settled;
      for (std::size_t i = 20; i < epochs.size(); ++i) {
        settled.add(epochs[i].seconds / static_cast<double>(kTargetTimespanS));
      }
      spans.add(settled.mean());
    }
    const double k = std::log1p(growth);
    // A span P satisfies exp(k P/T) = c T/P with c = 1 but for the missing interval and the mean
    // of an inverse gamma, which together make it 2016/2014.
    const double ideal = boost::math::lambert_w0(k) / k;
    const double exact = boost::math::lambert_w0(k * 2016.0 / 2014.0) / k;
    MESSAGE("+", growth, ": P/T ", spans.mean(), " +- ", spans.standard_error(), ", W(k)/k ", ideal,
            ", with 2015 intervals ", exact);
    CHECK(std::abs(spans.mean() - exact) < 4 * spans.standard_error() + 1e-4);
    CHECK(std::abs(spans.mean() / ideal - 1.0) < 0.0015);
  }
}

TEST_CASE("policies that move hash rate keep the luck of the world") {
  NetworkConfig config = calm();
  config.chain.retarget = RetargetRule::kFixed;
  const double outside = config.hash_rate_ehs * 1e18;
  const WorldKey key{.seed = 84};
  Network small(config, key);
  Network large(config, key);
  small.set_pool_rate(Time(), 0.05 * outside);
  large.set_pool_rate(Time(), 0.20 * outside);
  CHECK(large.pool_share() == doctest::Approx(0.2 / 1.2));
  Time small_last;
  Time large_last;
  int ours = 0;
  for (int i = 0; i < 20000; ++i) {
    const NetworkBlock a = small.find_block();
    const NetworkBlock b = large.find_block();
    REQUIRE((a.found - small_last).in_seconds() * 1.05 ==
            doctest::Approx((b.found - large_last).in_seconds() * 1.20).epsilon(1e-8).scale(1.0));
    if (a.winner.owner == kOurPool) REQUIRE(b.winner.owner == kOurPool);
    ours += b.winner.owner == kOurPool;
    small_last = a.found;
    large_last = b.found;
  }
  const double p = 0.2 / 1.2;
  CHECK(std::abs(ours / 20000.0 - p) < 4 * std::sqrt(p * (1 - p) / 20000.0));
}

TEST_CASE("a replaced block leaves the chain as it was and names its loser") {
  NetworkConfig config = calm();
  config.propagation_delay_s = 300.0;  // many forks
  config.pools = {{"A", 0.5}, {"B", 0.5}};
  Network network(config, {.seed = 85});
  network.set_pool_rate(Time(), config.hash_rate_ehs * 1e18 / 2);
  OwnerId tip_owner = kNobody;
  int replaced = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::int64_t height = network.chain().next_height();
    const NetworkBlock event = network.find_block();
    if (event.outcome == RaceOutcome::kMain) {
      REQUIRE(event.block.height == height);
      REQUIRE(network.chain().next_height() == height + 1);
    } else {
      REQUIRE(network.chain().next_height() == height);
      REQUIRE(event.block.height == height - 1);
    }
    if (event.outcome == RaceOutcome::kReplaces) {
      ++replaced;
      REQUIRE(event.loser == tip_owner);
      REQUIRE(event.loser != event.winner.owner);
    }
    if (event.outcome != RaceOutcome::kStale) tip_owner = event.winner.owner;
  }
  CHECK(replaced > 100);
}

TEST_CASE("a network without hash rate stands still until somebody mines") {
  NetworkConfig config = calm();
  config.hash_rate_ehs = 0.0;
  Network network(config, {.seed = 86});
  CHECK(network.pool_share() == 0.0);
  CHECK(network.next_block_time() == Time::forever());
  network.set_pool_rate(Time::hours(2), 1e18);
  CHECK(network.pool_share() == 1.0);
  CHECK(network.next_block_time() < Time::forever());
  CHECK(network.find_block().winner.owner == kOurPool);
}

TEST_CASE("replayed blocks keep their times and owners") {
  const TemporaryFile file(
      "height,time,pool_id\n99,1700000000,1\n100,1700000600,2\n101,1700000550,1\n"
      "102,1700001800,2\n");
  NetworkConfig config = calm();
  config.chain.start_height = 100;
  config.chain.start_unix_s = 1'700'000'000;
  config.replay.blocks_csv = file.path();
  config.replay.our_pool_id = 2;
  Network network(config, {.seed = 87});
  network.set_pool_rate(Time(), 1e18);
  const std::vector<std::pair<double, OwnerId>> expected{
      {600.0, kOurPool}, {600.0, kNobody}, {1800.0, kOurPool}};
  const std::vector<std::int64_t> headers{1'700'000'600, 1'700'000'550, 1'700'001'800};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const NetworkBlock event = network.find_block();
    CHECK(event.found == Time::seconds(expected[i].first));
    CHECK(event.winner.owner == expected[i].second);
    CHECK(event.outcome == RaceOutcome::kMain);
    CHECK(event.block.height == 100 + static_cast<std::int64_t>(i));
    CHECK(event.block.header_unix_s == headers[i]);
    network.set_pool_rate(event.found, 1e18 * static_cast<double>(i));
  }
  CHECK(network.next_block_time() == Time::forever());

  const auto refused = [&](std::int64_t height, std::int64_t unix_s) {
    config.chain.start_height = height;
    config.chain.start_unix_s = unix_s;
    return message_of<ConfigError>([&] { const Network fails(config, {}); });
  };
  CHECK(refused(103, 1'700'000'000).starts_with("network.start_height: 103 is not in "));
  CHECK(refused(100, 1'800'000'000).starts_with("network.start_unix_s: 1800000000, but block 100"));
}

TEST_CASE("a replay knows the hash rates that explain its blocks") {
  std::string content = "height,time,pool_id\n";
  for (std::int64_t height = 2016; height < 3 * 2016; ++height) {
    content += std::to_string(height) + "," + std::to_string(1'300'000'000 + height * 300) + "," +
               std::to_string(height % 4) + "\n";
  }
  const TemporaryFile file(content);
  NetworkConfig config = calm();
  config.chain.start_height = 2016;
  config.chain.start_unix_s = 1'300'000'000 + 2016 * 300;
  config.replay.blocks_csv = file.path();
  CHECK_FALSE(Network(config, {.seed = 89}).replayed_pool_hashes_per_s().has_value());
  config.replay.our_pool_id = 3;
  config.replay.share_window_blocks = 400;
  Network network(config, {.seed = 89});
  for (int i = 0; i < 2015; ++i) {
    const double total = network.chain().expected_hashes() / 300.0;
    REQUIRE(network.total_hashes_per_s() == doctest::Approx(total));
    REQUIRE(network.replayed_pool_hashes_per_s().value() == doctest::Approx(total / 4));
    network.find_block();
  }
}

TEST_CASE("years of real blocks replayed through the network give the real difficulty") {
  const auto path = test::data_file("blocks_2021_2025.csv");
  if (!path) return;
  NetworkConfig config;
  config.chain.start_height = 330 * kRetargetInterval;
  config.chain.start_unix_s = 1'610'205'600;  // before the first header of epoch 330
  config.chain.start_nbits = "170da8a1";
  config.replay.blocks_csv = *path;
  config.replay.our_pool_id = 0;
  Network network(config, {.seed = 88});
  int ours = 0;
  while (network.chain().next_height() < 448 * kRetargetInterval) {
    ours += network.find_block().winner.owner == kOurPool;
  }
  CHECK(network.chain().nbits() == 0x17026816u);  // epoch 448
  MESSAGE(ours, " blocks of pool 0 in 118 epochs");
}

TEST_CASE("every option is listed once and has its default within its bounds") {
  NetworkConfig config;
  OptionTable table;
  add_options(table, config);
  for (const Option& option : table.options()) {
    CAPTURE(option.key);
    CHECK((option.key.starts_with("network.") || option.key.starts_with("attack.selfish.")));
    CHECK_FALSE(option.help.empty());
    if (const auto* number = std::get_if<double*>(&option.field)) {
      CHECK(option.limits.contains(**number));
    }
    if (const auto* number = std::get_if<std::int64_t*>(&option.field)) {
      CHECK(option.limits.contains(static_cast<double>(**number)));
    }
  }
}

}  // namespace
}  // namespace aicmp
