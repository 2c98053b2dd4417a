#pragma once

#include <memory>
#include <mutex>
#include <optional>

namespace aicmp {

/// A value that is made at its first use, once for all copies, from any thread.
template <typename T>
class Lazy {
 public:
  template <typename Make>
  const T& get(const Make& make) const {
    std::call_once(cell_->once, [&] { cell_->value = make(); });
    return *cell_->value;
  }

 private:
  struct Cell {
    std::once_flag once;
    std::optional<T> value;
  };
  std::shared_ptr<Cell> cell_ = std::make_shared<Cell>();
};

}  // namespace aicmp
