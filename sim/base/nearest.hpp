#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aicmp {

/// Insertions, deletions, substitutions and swaps of neighbours that turn `from` into `to`
/// (optimal string alignment distance), counted in bytes.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The candidate most like `word`, for "did you mean"; empty when none is close: more than
/// max(1, length / 3) edits away. The first of equals wins.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace aicmp
