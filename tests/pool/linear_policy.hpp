#pragma once

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/policy/bundle.hpp"
#include "sim/pool/vardiff/rules.hpp"
#include "sim/pool/vardiff/share_view.hpp"
#include "tests/experiment/temporary_folder.hpp"

namespace aicmp {

/// A policy for share difficulty without hidden layers: outputs = bias + weight * feature `sees`.
inline PolicyModel linear_policy(const std::vector<float>& bias, std::size_t sees = 0,
                                 float weight = 0.0f) {
  PolicyModel model;
  model.problem = "AICMP/ShareDifficulty-v0";
  for (const ShareView::Feature& feature : ShareView::kFeatures) {
    model.features.push_back({feature.name, feature.unit, feature.low, feature.high, 0.0, 1.0});
  }
  model.clip = 20.0;
  if (bias.size() == 2) {
    model.numbers = {{"rate", "log(shares/s)", std::log(1.0 / 600.0), std::log(5.0), 0.0f},
                     {"band", "octaves", 0.0, ShareView::kWidestBand, 0.0f}};
  } else {
    model.sets = {{"difficulty", {}}};
    for (std::size_t k = 0; k < ShareView::kOctaves.size(); ++k) {
      model.sets[0].choices.push_back(ShareView::choice_name(k));
    }
  }
  PolicyLayer layer{LayerKind::kLinear, model.features.size(), bias.size(), {}, {}, bias};
  layer.weight.assign(layer.inputs * layer.units, 0.0f);
  for (std::size_t j = 0; j < layer.units; ++j) {
    const auto octaves = static_cast<float>(ShareView::kOctaves.at(j));
    layer.weight[j * layer.inputs + sees] = weight * octaves;
  }
  model.layers = {layer};
  return model;
}

/// One bundle on disk and rules made of it.
class BundleFolder {
 public:
  explicit BundleFolder(const PolicyModel& model) {
    std::filesystem::create_directories(folder_.path("b"));
    PolicyBundle bundle;
    bundle.model = model;
    bundle.parity =
        record_parity(PolicyInference(model), std::vector<float>(model.features.size()));
    write_bundle_files(bundle, folder_.path("b"));
    seal_bundle(folder_.path("b"));
    config.bundle = folder_.path("b/manifest.json");
  }
  std::unique_ptr<const VardiffRule> rule() const { return make_vardiff_rule(config); }
  std::string refusal() const {
    return message_of<ConfigError>([&] { rule(); });
  }

  VardiffConfig config;

 private:
  TemporaryFolder folder_;
};

}  // namespace aicmp
