#include "sim/base/wrapped.hpp"

namespace aicmp {

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent,
                    std::size_t used) {
  std::string out;
  std::size_t width = columns - used;
  while (text.size() > width) {
    const std::size_t space = text.rfind(' ', width);
    const bool cut = space == std::string_view::npos;
    out.append(text.substr(0, cut ? width : space)) += '\n' + std::string(indent, ' ');
    text.remove_prefix(cut ? width : space + 1);
    width = columns - indent;
  }
  return out.append(text);
}

}  // namespace aicmp
