#include "sim/pool/work_window.hpp"

#include "sim/pool/row_window.hpp"
#include "sim/pool/share_window.hpp"

namespace aicmp {

std::unique_ptr<WorkWindow> make_work_window(Fidelity fidelity, std::size_t miners,
                                             const WorldKey& key, std::uint32_t entity,
                                             OldestShare oldest) {
  if (fidelity == Fidelity::kShare) return std::make_unique<ShareWindow>(miners, oldest);
  return std::make_unique<RowWindow>(miners, oldest, key, entity);
}

}  // namespace aicmp
