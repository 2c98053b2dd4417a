#pragma once

#include <memory>

#include "sim/pool/scheme.hpp"

// One factory per file of this folder; scheme.cpp lists them by name.
namespace aicmp {

std::unique_ptr<RewardScheme> make_pps(const SchemeConfig& config, const SchemeContext& context);
std::unique_ptr<RewardScheme> make_fpps(const SchemeConfig& config, const SchemeContext& context);
std::unique_ptr<RewardScheme> make_proportional(const SchemeConfig& config,
                                                const SchemeContext& context);
std::unique_ptr<RewardScheme> make_pplns(const SchemeConfig& config, const SchemeContext& context);
std::unique_ptr<RewardScheme> make_eta_window(const SchemeConfig& config,
                                              const SchemeContext& context);

}  // namespace aicmp
