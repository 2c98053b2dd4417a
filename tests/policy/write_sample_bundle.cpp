// Writes a bundle of a small random policy for tests in other languages:
// write_sample_bundle FOLDER tanh|lstm
#include <filesystem>
#include <string>

#include "sample_bundle.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string folder = argv[1];
  const bool recurrent = std::string(argv[2]) == "lstm";
  std::filesystem::create_directories(folder);
  aicmp::write_bundle_files(
      aicmp::sample_bundle(recurrent ? aicmp::LayerKind::kLstm : aicmp::LayerKind::kTanh, 1000),
      folder);
  aicmp::seal_bundle(folder);
}
