#pragma once

#include <cstdint>
#include <string>

#include "agents/learner.hpp"
#include "sim/experiment/output_file.hpp"

namespace aicmp {

/// Scalars over steps in TensorBoard's event format: records of length, masked CRC-32C, and a
/// protocol buffer, written by hand (tensorflow/core/util/event.proto).
class TensorBoardFile {
 public:
  /// A new file in `folder`, which is created; its name is of the time and the host.
  explicit TensorBoardFile(const std::string& folder);

  /// Numbers that are not finite are left out.
  void add(std::int64_t step, const Metrics& metrics);
  void close() { file_.close(); }

 private:
  void record(const std::string& event);

  OutputFile file_;
};

/// As the format masks it: rotated and shifted (tensorflow/core/lib/hash/crc32c.h).
std::uint32_t masked_crc32c(const std::string& bytes);

}  // namespace aicmp
