#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aicmp {

/// What the programs' texts fit into.
inline constexpr std::size_t kTerminalColumns = 80;

/// `text` in lines of at most `columns` characters, broken at spaces; a longer word is cut. Lines
/// after the first begin with `indent` spaces, which count. No line end after the last.
/// `used`: columns of the first line that are taken already.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent = 0,
                    std::size_t used = 0);

}  // namespace aicmp
