#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "sim/experiment/schema.hpp"
#include "tests/experiment/sample_config.hpp"

using namespace aicmp;

TEST_CASE("the JSON Schema says what the loader accepts") {
  SampleConfig config;
  const auto schema = nlohmann::json::parse(json_schema(options_of(config)));
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["properties"].contains("extends"));

  const auto& pool = schema["properties"]["pool"];
  CHECK(pool["additionalProperties"] == false);
  const auto& fee = pool["properties"]["fee"];
  CHECK(fee["type"] == "number");
  CHECK(fee["minimum"] == 0.0);
  CHECK(fee["maximum"] == 1.0);
  CHECK(fee["default"] == 0.01);
  CHECK(fee["description"] == "kept from each payout [fraction]");
  CHECK(pool["properties"]["rate_hashes_per_s"]["exclusiveMinimum"] == 0.0);
  CHECK(pool["properties"]["miners"]["type"] == "integer");
  CHECK(pool["properties"]["scheme"]["enum"] == nlohmann::json({"pps", "pplns", "eta"}));
  CHECK(pool["properties"]["scheme"]["default"] == "pps");

  const auto& groups = pool["properties"]["groups"];
  CHECK(groups["type"] == "array");
  CHECK(groups["items"]["additionalProperties"] == false);
  CHECK(groups["items"]["properties"]["cooling"]["properties"]["ambient_c"]["minimum"] == -60.0);
  CHECK(groups["items"]["properties"]["modes"]["items"]["properties"].contains("power_w"));
}

TEST_CASE("the reference page has a row for each option") {
  SampleConfig config;
  const std::string page = reference_page(options_of(config));
  for (const char* row :
       {"## Top level\n", "## `pool`\n", "## `pool.groups[]`\n", "## `pool.groups[].modes[]`\n",
        "## `market.price`\n",
        "| `fee` | fraction | `0.01` | a number in [0, 1] | kept from each payout |\n",
        "| `power_w` | W | `3000` | a number > 0 | power draw |\n"}) {
    CAPTURE(row);
    CHECK(page.find(row) != std::string::npos);
  }
}
