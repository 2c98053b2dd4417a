#include <bit>
#include <cmath>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/experiment/toml_loader.hpp"
#include "sim/experiment/toml_writer.hpp"
#include "tests/experiment/sample_config.hpp"
#include "tests/experiment/temporary_folder.hpp"

using namespace aicmp;

namespace {

/// Any finite double, all exponents alike.
double any_double(Rng& rng) {
  for (;;) {
    const double value = std::bit_cast<double>(rng());
    if (std::isfinite(value)) return value;
  }
}

std::string any_text(Rng& rng) {
  static const std::vector<std::string> pieces = {"a",    "\"", "\\", "\n", "\t", "\x01",
                                                  "\x7f", "#",  "=",  "'",  "é",  "₿",
                                                  "]",    "\r", " ",  "\\u"};
  std::string text;
  const std::size_t length = rng() % 12;
  for (std::size_t i = 0; i < length; ++i) text += pieces[rng() % pieces.size()];
  return text;
}

SampleConfig any_config(Rng& rng) {
  SampleConfig config;
  config.name = any_text(rng);
  config.miners = 1 + static_cast<std::int64_t>(rng() % 1000000);
  config.fee = uniform(rng);
  config.rate_hashes_per_s = std::abs(any_double(rng)) + 5e-324;
  config.replay = rng() % 2 == 0;
  config.scheme = static_cast<SampleScheme>(rng() % 3);
  config.tariff_usd_per_mwh.clear();
  for (std::uint64_t i = rng() % 4; i > 0; --i)
    config.tariff_usd_per_mwh.push_back(any_double(rng));
  config.tags.clear();
  for (std::uint64_t i = rng() % 4; i > 0; --i) config.tags.push_back(any_text(rng));
  config.groups.resize(rng() % 3);
  for (SampleGroup& group : config.groups) {
    group.model = any_text(rng);
    group.ambient_c = 60 * (2 * uniform(rng) - 1);
    group.modes.resize(rng() % 3);
    for (SampleMode& mode : group.modes) mode.power_w = 1 + uniform(rng);
  }
  return config;
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

TEST_CASE("what is written loads back to the identical values") {
  const TemporaryFolder folder;
  Rng rng({.seed = 11}, StreamId::kTest);
  for (int trial = 0; trial < 300; ++trial) {
    SampleConfig config = any_config(rng);
    const auto comments = trial % 2 == 0 ? TomlComments::kNone : TomlComments::kHelp;
    const std::string text = write_toml(options_of(config), comments);
    CAPTURE(text);
    SampleConfig copy;
    OptionTable table = options_of(copy);
    load_toml(folder.write("s.toml", text), table);

    CHECK(copy.name == config.name);
    CHECK(copy.miners == config.miners);
    CHECK(same_bits(copy.fee, config.fee));
    CHECK(same_bits(copy.rate_hashes_per_s, config.rate_hashes_per_s));
    CHECK(copy.replay == config.replay);
    CHECK(copy.scheme == config.scheme);
    CHECK(copy.tags == config.tags);
    REQUIRE(copy.tariff_usd_per_mwh.size() == config.tariff_usd_per_mwh.size());
    for (std::size_t i = 0; i < copy.tariff_usd_per_mwh.size(); ++i) {
      CHECK(same_bits(copy.tariff_usd_per_mwh[i], config.tariff_usd_per_mwh[i]));
    }
    REQUIRE(copy.groups.size() == config.groups.size());
    for (std::size_t g = 0; g < copy.groups.size(); ++g) {
      CHECK(copy.groups[g].model == config.groups[g].model);
      CHECK(copy.groups[g].count == config.groups[g].count);
      CHECK(same_bits(copy.groups[g].ambient_c, config.groups[g].ambient_c));
      REQUIRE(copy.groups[g].modes.size() == config.groups[g].modes.size());
      for (std::size_t m = 0; m < copy.groups[g].modes.size(); ++m) {
        CHECK(same_bits(copy.groups[g].modes[m].power_w, config.groups[g].modes[m].power_w));
      }
    }
    CHECK(write_toml(table, comments) == text);
  }
}

TEST_CASE("numbers keep their bits at the edges") {
  const TemporaryFolder folder;
  for (const double value : {0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 0.1, 1e15, 1e16,
                             123456789012345680.0, 9007199254740993.0, 1.7976931348623157e308}) {
    SampleConfig config;
    config.tariff_usd_per_mwh = {value};
    SampleConfig copy;
    OptionTable table = options_of(copy);
    load_toml(folder.write("s.toml", write_toml(options_of(config))), table);
    CAPTURE(value);
    CHECK(same_bits(copy.tariff_usd_per_mwh.at(0), value));
  }
  std::int64_t number = 0;
  OptionTable table;
  table.add("n", number, "", Limits{}, "");
  for (const std::int64_t value : {INT64_MIN, INT64_MAX, std::int64_t{0}}) {
    number = value;
    const std::string path = folder.write("n.toml", write_toml(table));
    number = 1;
    load_toml(path, table);
    CHECK(number == value);
  }
}

TEST_CASE("the written form, with and without help") {
  SampleConfig config;
  config.groups[0].modes.resize(1);
  CHECK(write_toml(options_of(config)) == R"(name = "sample"
tags = ["a", "b"]

[pool]
miners = 100
fee = 0.01
rate_hashes_per_s = 100000000000000.0
scheme = "pps"

[[pool.groups]]
model = "S19"
count = 10

[[pool.groups.modes]]
power_w = 3000.0

[pool.groups.cooling]
ambient_c = 20.0

[market.price]
replay = false
history = ""

[market]
tariff_usd_per_mwh = [40.0, 55.5]
)");
  const std::string text = write_toml(options_of(config), TomlComments::kHelp);
  CHECK(text.find("# kept from each payout [fraction; a number in [0, 1]]\nfee = 0.01\n") !=
        std::string::npos);
}
