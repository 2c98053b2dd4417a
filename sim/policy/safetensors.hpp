#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aicmp {

/// A named array of floats, row-major.
struct Tensor {
  std::string name;
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

/// The bytes of a safetensors file (github.com/huggingface/safetensors): a 64-bit little-endian
/// length, a JSON header of that length padded with spaces to a multiple of 8, then the numbers of
/// all tensors, little-endian float32, in the order given.
std::string safetensors_bytes(const std::vector<Tensor>& tensors);

/// Reads what safetensors_bytes writes, and other files of float32 tensors, in the order in which
/// their numbers lie. `path` is for messages. Throws ConfigError unless the header is sound and the
/// tensors cover the rest of the file exactly, without overlap; never reads outside `bytes`.
std::vector<Tensor> parse_safetensors(std::string_view bytes, const std::string& path);

}  // namespace aicmp
