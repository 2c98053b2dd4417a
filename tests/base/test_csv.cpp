#include <cstdint>
#include <functional>
#include <string>

#include <doctest/doctest.h>

#include "sim/base/csv.hpp"
#include "tests/temporary_file.hpp"

namespace aicmp {
namespace {

/// The message of the ConfigError that `action` throws, without the path; empty if it does not.
std::string fault(const TemporaryFile& file, const std::function<void(const CsvFile&)>& action) {
  try {
    action(CsvFile(file.path()));
  } catch (const ConfigError& error) {
    return std::string(error.what()).substr(file.path().size());
  }
  return "";
}

}  // namespace

TEST_CASE("CsvFile reads text, numbers and integers by column name") {
  const TemporaryFile file("# comment\r\nheight,fee_btc,pool\r\n\r\n7,0.25,a\r\n8,-1e-3,\r\n");
  const CsvFile csv(file.path());
  REQUIRE(csv.rows() == 2);
  CHECK(csv.integer(0, csv.column("height")) == 7);
  CHECK(csv.number(1, csv.column("fee_btc")) == -1e-3);
  CHECK(csv.text(0, csv.column("pool")) == "a");
  CHECK(csv.empty(1, csv.column("pool")));
  CHECK(csv.has_column("pool"));
  CHECK_FALSE(csv.has_column("Pool"));
  CHECK(csv.where(1).line == 5);
}

TEST_CASE("CsvFile reads a last line without an end, and a header alone") {
  CHECK(CsvFile(TemporaryFile("a,b\n1,2").path()).number(0, 1) == 2.0);
  CHECK(CsvFile(TemporaryFile("a,b\n").path()).rows() == 0);
}

TEST_CASE("CsvFile names the file that cannot be read") {
  const std::string path = "/nonexistent/prices.csv";
  CHECK_THROWS_WITH_AS(CsvFile{path}, (path + ": cannot be opened for reading").c_str(), IoError);
}

TEST_CASE("CsvFile names line, column and what is wrong") {
  const auto nothing = [](const CsvFile&) {};
  const auto number = [](const CsvFile& csv) { csv.number(0, 0); };
  const auto integer = [](const CsvFile& csv) { csv.integer(0, 0); };
  CHECK(fault(TemporaryFile(""), nothing) == ": file is empty, a header row is needed");
  CHECK(fault(TemporaryFile("a,b\n1,2\n\n3\n"), nothing) == ":4: row has 1 cells, the header 2");
  CHECK(fault(TemporaryFile("a,b\n1,2,3\n"), nothing) == ":2: row has 3 cells, the header 2");
  CHECK(fault(TemporaryFile("a,b\n1,2\n"), [](const CsvFile& csv) { csv.column("c"); }) ==
        ":1: c: column is missing (allowed: a, b)");
  CHECK(fault(TemporaryFile("a\nnan\n"), number) == ":2: a: 'nan' is not a finite number");
  CHECK(fault(TemporaryFile("a\ninf\n"), number) == ":2: a: 'inf' is not a finite number");
  CHECK(fault(TemporaryFile("a\n1e999\n"), number) == ":2: a: '1e999' is not a finite number");
  CHECK(fault(TemporaryFile("a\n12x\n"), number) == ":2: a: '12x' is not a finite number");
  CHECK(fault(TemporaryFile("a\n1.5\n"), integer) == ":2: a: '1.5' is not an integer");
  CHECK(fault(TemporaryFile("a\n9223372036854775808\n"), integer) ==
        ":2: a: '9223372036854775808' is not an integer");
}

}  // namespace aicmp
