#include "sim/experiment/toml_provenance.hpp"

namespace aicmp {

void Provenance::forget_elements(const std::string& key) {
  const std::string prefix = key + "[";
  auto first = set_.lower_bound(prefix);
  auto last = first;
  while (last != set_.end() && last->first.starts_with(prefix)) ++last;
  set_.erase(first, last);
}

SourceRef Provenance::where(std::string key) const {
  for (;;) {
    if (const auto found = set_.find(key); found != set_.end()) return found->second;
    const std::size_t cut = key.find_last_of(".[");
    if (cut == std::string::npos) return {scenario_path_, 0};
    key.resize(cut);
    const auto inside = set_.lower_bound(key);
    if (inside != set_.end() && inside->first.starts_with(key + ".")) return inside->second;
  }
}

}  // namespace aicmp
