#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

#include "agents/archive.hpp"
#include "sim/base/error.hpp"
#include "tests/experiment/temporary_folder.hpp"

namespace aicmp {
namespace {

TEST_CASE("An archive gives back what was put into it") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a";
  const std::vector<double> numbers = {1.0, -2.5};
  Archive archive;
  archive.put("numbers", numbers.data(), numbers.size());
  archive.put("empty", numbers.data(), 0);
  archive.put("text", std::string("a\0b", 3));
  archive.write(path);
  CHECK_FALSE(std::filesystem::exists(path + ".tmp"));

  const Archive read(path);
  std::vector<double> back(2);
  read.get("numbers", back.data(), 2);
  CHECK(back == numbers);
  read.get("empty", back.data(), 0);
  CHECK(read.get("text") == std::string("a\0b", 3));
  CHECK_THROWS_AS(read.get("missing"), ConfigError);
  CHECK_THROWS_AS(read.get("numbers", back.data(), 1), ConfigError);
}

TEST_CASE("A damaged archive is refused, wherever the damage is") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a";
  Archive archive;
  archive.put("piece", std::string(200, 'x'));
  archive.write(path);
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  const std::string whole = content.str();
  const auto refused = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    CHECK_THROWS_AS(Archive{path}, ConfigError);
  };
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    refused(bytes);
    refused(whole.substr(0, at));
  }
  std::ofstream(path, std::ios::binary) << whole;
  CHECK_NOTHROW(Archive{path});
}

TEST_CASE("An archive that cannot be written leaves the last one") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a";
  Archive first;
  first.put("piece", std::string("first"));
  first.write(path);
  // A killed run leaves its half-written file beside the whole one.
  std::ofstream(path + ".tmp") << "aicmp checkpoint 1\nhalf";
  CHECK(Archive(path).get("piece") == "first");
  std::filesystem::remove(path + ".tmp");
  std::filesystem::create_directory(path + ".tmp");
  Archive second;
  second.put("piece", std::string("second"));
  CHECK_THROWS_AS(second.write(path), IoError);
  CHECK(Archive(path).get("piece") == "first");
  CHECK_THROWS_AS(Archive{path + "-missing"}, IoError);
}

}  // namespace
}  // namespace aicmp
