#include <doctest/doctest.h>

#include "sim/experiment/toml_loader.hpp"
#include "tests/experiment/sample_config.hpp"
#include "tests/experiment/temporary_folder.hpp"

using namespace aicmp;

namespace {

struct Loaded {
  SampleConfig config;
  Provenance origin{""};
};

Loaded load(const std::string& path, const std::vector<std::string>& overrides = {}) {
  Loaded loaded;
  OptionTable table = options_of(loaded.config);
  loaded.origin = load_toml(path, table, overrides);
  return loaded;
}

/// The error of a scenario text, without the folder it was written to.
std::string error_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const TemporaryFolder folder;
  const std::string path = folder.write("s.toml", text);
  std::string message = message_of<ConfigError>([&] { load(path, overrides); });
  for (std::size_t at; (at = message.find(folder.path())) != std::string::npos;) {
    message.erase(at, folder.path().size());
  }
  return message;
}

}  // namespace

TEST_CASE("values of every kind are read, others keep their defaults") {
  const TemporaryFolder folder;
  folder.write("data/history.csv", "day,usd\n");
  const std::string path = folder.write("s.toml", R"(
name = "first"
tags = ["x"]
[pool]
miners = 7
fee = 1                     # an integer where a number is wanted
scheme = "eta"
[[pool.groups]]
model = "S21"
cooling.ambient_c = -5
[[pool.groups.modes]]
power_w = 3500
[[pool.groups.modes]]
[[pool.groups]]
count = 3
[market]
tariff_usd_per_mwh = [1, 2.5, -3]
[market.price]
replay = true
history = "data/history.csv"
)");
  const auto [config, origin] = load(path);
  CHECK(config.name == "first");
  CHECK(config.tags == std::vector<std::string>{"x"});
  CHECK(config.miners == 7);
  CHECK(config.fee == 1.0);
  CHECK(config.rate_hashes_per_s == 1e14);
  CHECK(config.scheme == SampleScheme::kEta);
  CHECK(config.replay);
  CHECK(config.history == folder.path("data/history.csv"));
  CHECK(config.tariff_usd_per_mwh == std::vector<double>{1, 2.5, -3});
  REQUIRE(config.groups.size() == 2);
  CHECK(config.groups[0].model == "S21");
  CHECK(config.groups[0].ambient_c == -5.0);
  REQUIRE(config.groups[0].modes.size() == 2);
  CHECK(config.groups[0].modes[0].power_w == 3500.0);
  CHECK(config.groups[0].modes[1].power_w == 3000.0);
  CHECK(config.groups[1].model == "S19");
  CHECK(config.groups[1].count == 3);

  CHECK(origin.where("pool.fee").line == 6);
  CHECK(origin.where("pool.groups[0].modes[0].power_w").line == 12);
  CHECK(origin.where("pool.groups[1].model").line == 14);
  // Nobody set these: the table around them speaks, else the file.
  CHECK(origin.where("pool.rate_hashes_per_s").file == path);
  CHECK(origin.where("pool.rate_hashes_per_s").line == 6);
  CHECK(origin.where("nowhere.at_all").line == 0);
}

TEST_CASE("an empty scenario keeps all defaults") {
  const TemporaryFolder folder;
  CHECK(load(folder.write("s.toml", "")).config.groups.size() == 1);
}

TEST_CASE("later layers win: bases in order, the file, overrides in order") {
  const TemporaryFolder folder;
  folder.write("lib/root.toml", "name = 'root'\npool.miners = 1\npool.fee = 0.1\n");
  folder.write("lib/base.toml",
               "extends = 'root.toml'\npool.fee = 0.2\n[[pool.groups]]\n"
               "count = 5\n[[pool.groups]]\ncount = 6\n");
  folder.write("other.toml", "pool.scheme = 'pplns'\n");
  const std::string path =
      folder.write("s.toml",
                   "extends = ['lib/base.toml', 'other.toml']\nname = 'leaf'\npool.groups = "
                   "[{count = 9}]\n");
  const auto [config, origin] = load(path, {"pool.miners=4", "pool.miners=5"});
  CHECK(config.name == "leaf");
  CHECK(config.fee == 0.2);
  CHECK(config.scheme == SampleScheme::kPplns);
  CHECK(config.miners == 5);
  REQUIRE(config.groups.size() == 1);
  CHECK(config.groups[0].count == 9);
  CHECK(origin.where("pool.fee").file == folder.path("lib/base.toml"));
  CHECK(origin.where("pool.miners").file == "--set pool.miners=5");
  CHECK(origin.where("pool.groups[0].count").file == path);
}

TEST_CASE("a path belongs to the file that sets it") {
  const TemporaryFolder folder;
  folder.write("lib/data/h.csv", "");
  folder.write("lib/base.toml", "market.price.history = 'data/h.csv'\n");
  const std::string path = folder.write("run/s.toml", "extends = '../lib/base.toml'\n");
  CHECK(load(path).config.history == folder.path("lib/data/h.csv"));
  CHECK(load(path, {"market.price.history="}).config.history.empty());
}

TEST_CASE("overrides take TOML values, and text without quotes") {
  const TemporaryFolder folder;
  const std::string path = folder.write("s.toml", "");
  const SampleConfig config =
      load(path, {"name=2024-01-01 = \"x\"", "pool.scheme=eta", "pool.fee=5e-1", "tags=['q', 'r']",
                  "market.price.replay=true", "pool.groups=[{count=1}, {count=2}]",
                  "pool.groups[1].cooling.ambient_c=33"})
          .config;
  CHECK(config.name == "2024-01-01 = \"x\"");
  CHECK(load(path, {"name=\"quo\\u0074ed\""}).config.name == "quoted");
  CHECK(config.scheme == SampleScheme::kEta);
  CHECK(config.fee == 0.5);
  CHECK(config.tags == std::vector<std::string>{"q", "r"});
  CHECK(config.replay);
  REQUIRE(config.groups.size() == 2);
  CHECK(config.groups[1].ambient_c == 33.0);
}

TEST_CASE("each fault is one line that names file, line, key, reason and what is allowed") {
  const auto check = [](const std::string& text, const std::string& message) {
    CAPTURE(text);
    CHECK(error_of(text) == message);
  };
  check("\n[pool]\nfe = 0.1\n", "s.toml:3: pool.fe: unknown key, did you mean 'pool.fee'?");
  check("[poool]\nfee = 0.1\n", "s.toml:1: poool: unknown key, did you mean 'pool'?");
  check("fee = 0.1\n", "s.toml:1: fee: unknown key, did you mean 'pool.fee'?");
  check("market.price.zzzzzz = 1\n",
        "s.toml:1: market.price.zzzzzz: unknown key "
        "(allowed: market.price.replay, market.price.history)");
  check("pool = 3\n",
        "s.toml:1: pool: is a table, set the keys in it "
        "(allowed: pool.miners, pool.fee, pool.rate_hashes_per_s, pool.scheme, pool.groups)");
  check("[pool.fee]\nx = 1\n",
        "s.toml:1: pool.fee: a table is of the wrong type (allowed: a number in [0, 1])");
  check("pool.fee = '0.1'\n",
        "s.toml:1: pool.fee: a text is of the wrong type (allowed: a number in [0, 1])");
  check("pool.miners = 1.5\n",
        "s.toml:1: pool.miners: a number with a fraction is of the wrong type "
        "(allowed: an integer in [1, 1000000])");
  check("name = 2024-01-01\n",
        "s.toml:1: name: a date or time without quotes is of the wrong type (allowed: a text)");
  check("pool.miners = 0\n",
        "s.toml:1: pool.miners: 0 is out of range (allowed: an integer in [1, 1000000])");
  check("pool.rate_hashes_per_s = -1e12\n",
        "s.toml:1: pool.rate_hashes_per_s: -1000000000000 is out of range "
        "(allowed: a number > 0)");
  check("pool.fee = nan\n",
        "s.toml:1: pool.fee: nan is not a finite number (allowed: a number in [0, 1])");
  check("pool.rate_hashes_per_s = inf\n",
        "s.toml:1: pool.rate_hashes_per_s: inf is not a finite number (allowed: a number > 0)");
  check("pool.scheme = 'ppls'\n",
        "s.toml:1: pool.scheme: 'ppls' is no choice, did you mean 'pps'? "
        "(allowed: pps, pplns, eta)");
  check("pool.scheme = 'solo-mining'\n",
        "s.toml:1: pool.scheme: 'solo-mining' is no choice (allowed: pps, pplns, eta)");
  check("market.price.history = 'gone.csv'\n",
        "s.toml:1: market.price.history: there is no file gone.csv "
        "(allowed: the path of a file)");
  check("market.tariff_usd_per_mwh = [\n1,\nnan]\n",
        "s.toml:3: market.tariff_usd_per_mwh[1]: nan is not a finite number "
        "(allowed: a list of numbers)");
  check("[[pool.groups]]\n[[pool.groups]]\ncount = -1\n",
        "s.toml:3: pool.groups[1].count: -1 is out of range (allowed: an integer >= 1)");
  check("[[pool.groups]]\ncooling.ambient_k = 1\n",
        "s.toml:2: pool.groups[0].cooling.ambient_k: unknown key, did you mean "
        "'pool.groups[0].cooling.ambient_c'?");
  check("pool.groups = [1]\n",
        "s.toml:1: pool.groups[0]: an integer is of the wrong type (allowed: a list of tables)");
  check("extends = 'base.toml'\n",
        "s.toml:1: extends: base.toml: cannot be opened: No such file or directory");
  check("extends = 's.toml'\n", "s.toml:1: extends: s.toml extends itself");
  check("extends = 5\n",
        "s.toml:1: extends: names no file (allowed: the path of a scenario, or a list of paths)");
}

TEST_CASE("text that is no TOML is an error with its line, whatever it is cut to") {
  const auto line_of = [](const std::string& text) {
    return error_of(text).substr(0, std::string("s.toml:1: ").size());
  };
  CHECK(line_of("[pool]\nfee = ") == "s.toml:2: ");
  CHECK(line_of("[pool\n") == "s.toml:1: ");
  CHECK(line_of("name = \"unfinished") == "s.toml:1: ");
  CHECK(line_of("pool.fee = 0.1\npool.fee = 0.2\n") == "s.toml:2: ");
  CHECK(line_of("pool.miners = 1000000000000000000000000000000\n") == "s.toml:1: ");
  CHECK(line_of("name = \"\xff\xfe\"\n") == "s.toml:1: ");
  CHECK(line_of(std::string("name = 'a\0b'\n", 13)) == "s.toml:1: ");
  CHECK(line_of(std::string(100000, '[')) == "s.toml:1: ");

  // Cut anywhere, a scenario loads or is refused in one line; it never crashes or half-parses.
  const std::string whole =
      "name = \"x\"\n[pool]\nfee = 0.25\nscheme = 'eta'\n[[pool.groups]]\ncount = 3\n";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string message = error_of(whole.substr(0, length));
    CHECK(message.find('\n') == std::string::npos);
  }
}

TEST_CASE("a cycle of files is named where it closes") {
  const TemporaryFolder folder;
  const std::string a = folder.write("a.toml", "extends = 'b.toml'\n");
  const std::string b = folder.write("b.toml", "\nextends = 'a.toml'\n");
  CHECK(message_of<ConfigError>([&] { load(a); }) == b + ":2: extends: " + a + " extends itself");
}

TEST_CASE("faults of overrides name the override") {
  const auto check = [](const std::string& text, const std::string& message) {
    CAPTURE(text);
    CHECK(error_of("", {text}) == "--set " + text + ": " + message);
  };
  check("pool.fee=2", "pool.fee: 2 is out of range (allowed: a number in [0, 1])");
  check("pool.fee=abc", "pool.fee: 'abc' is no value (allowed: a number in [0, 1])");
  check("pool.fee=", "pool.fee: '' is no value (allowed: a number in [0, 1])");
  check("poool.fees=1", "poool.fees: unknown key, did you mean 'pool.fee'?");
  check("pool.fees=1", "pool.fees: unknown key, did you mean 'pool.fee'?");
  check("pool=1",
        "pool: is a table, set the keys in it (allowed: pool.miners, pool.fee, "
        "pool.rate_hashes_per_s, pool.scheme, pool.groups)");
  check("pool.groups[3].count=1",
        "pool.groups[3]: there are 1 elements (allowed: an index from 0)");
  check("pool.groups[0].cuont=1",
        "pool.groups[0].cuont: unknown key, did you mean 'pool.groups[0].count'?");
  check("just_a_key", "there is no key or no value (allowed: key=value)");
  CHECK(error_of("", {"pool.fee=1\nname='x'"}) ==
        "--set pool.fee=1 name='x': pool.fee: '1 name='x'' is no value "
        "(allowed: a number in [0, 1])");
}

TEST_CASE("files that are no files") {
  const TemporaryFolder folder;
  CHECK(message_of<ConfigError>([&] { load(folder.path("gone.toml")); }) ==
        folder.path("gone.toml") + ": cannot be opened: No such file or directory");
  CHECK(message_of<ConfigError>([&] { load(folder.path()); }) ==
        folder.path() + ": is a folder, not a scenario file");
  CHECK(message_of<ConfigError>([&] { load("/dev/zero"); }) ==
        "/dev/zero: is too large for a scenario, over 64 MiB");
}
