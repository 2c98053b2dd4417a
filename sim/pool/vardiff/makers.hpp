#pragma once

#include <memory>

#include "sim/pool/vardiff/rules.hpp"

namespace aicmp {

// One per rule, each in a file of its own that states its source.
using VardiffRulePtr = std::unique_ptr<const VardiffRule>;
VardiffRulePtr make_fixed_rule(const VardiffConfig& config);
VardiffRulePtr make_ckpool_rule(const VardiffConfig& config);
VardiffRulePtr make_datum_rule(const VardiffConfig& config);
VardiffRulePtr make_public_pool_rule(const VardiffConfig& config);
VardiffRulePtr make_nomp_rule(const VardiffConfig& config);
VardiffRulePtr make_miningcore_rule(const VardiffConfig& config);
VardiffRulePtr make_sv2_classic_rule(const VardiffConfig& config);
VardiffRulePtr make_optimum_rule(const VardiffConfig& config);
VardiffRulePtr make_policy_rule(const VardiffConfig& config);

}  // namespace aicmp
