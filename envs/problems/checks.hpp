#pragma once

#include <string>
#include <vector>

namespace aicmp {

/// Throws ConfigError unless `rows` is a transition matrix of `states` states, row after row.
void check_transitions(const std::vector<double>& rows, std::size_t states, const std::string& key);

}  // namespace aicmp
