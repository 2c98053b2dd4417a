#include <cmath>
#include <cstring>
#include <filesystem>

#include <doctest/doctest.h>

#include "agents/tensorboard.hpp"
#include "tests/experiment/temporary_folder.hpp"

namespace aicmp {
namespace {

TEST_CASE("The check sum is CRC-32C, masked") {
  // RFC 3720, appendix B.4: 32 bytes of zeros have 0x8a9136aa.
  const std::uint32_t crc = 0x8a9136aau;
  CHECK(masked_crc32c(std::string(32, '\0')) == ((crc >> 15) | (crc << 17)) + 0xa282ead8u);
}

TEST_CASE("Records are framed as TensorBoard reads them, and carry the scalars") {
  const TemporaryFolder folder;
  {
    TensorBoardFile file(folder.path("tb"));
    file.add(300, {{"losses/value_loss", 0.25}, {"charts/nothing", std::nan("")}});
    file.close();
  }
  std::string name;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("tb"))) {
    name = entry.path().filename().string();
  }
  CHECK(name.starts_with("events.out.tfevents."));
  const std::string bytes = folder.read("tb/" + name);
  std::vector<std::string> events;
  for (std::size_t at = 0; at < bytes.size();) {
    std::uint64_t size = 0;
    std::uint32_t length_crc = 0, crc = 0;
    std::memcpy(&size, bytes.data() + at, 8);
    std::memcpy(&length_crc, bytes.data() + at + 8, 4);
    CHECK(length_crc == masked_crc32c(bytes.substr(at, 8)));
    events.push_back(bytes.substr(at + 12, size));
    std::memcpy(&crc, bytes.data() + at + 12 + size, 4);
    CHECK(crc == masked_crc32c(events.back()));
    at += 16 + size;
  }
  REQUIRE(events.size() == 2);
  CHECK(events[0].find("brain.Event:2") != std::string::npos);
  // Field 2, the step, as a varint; then the value 0.25 behind its tag.
  CHECK(events[1].find(std::string("\x10\xac\x02", 3)) != std::string::npos);
  CHECK(events[1].find(std::string("losses/value_loss\x15\0\0\x80\x3e", 22)) != std::string::npos);
  CHECK(events[1].find("nothing") == std::string::npos);
}

}  // namespace
}  // namespace aicmp
