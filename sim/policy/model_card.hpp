#pragma once

#include <string>

namespace aicmp {

struct PolicyBundle;

/// README.md of a bundle: a model card with YAML front matter as on the Hugging Face Hub, then what
/// the policy decides, sees and does, how it was trained, and how good it is.
std::string model_card(const PolicyBundle& bundle);

}  // namespace aicmp
