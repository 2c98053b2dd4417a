#pragma once

// Selfish mining SM1 (Eyal and Sirer 2014, arXiv:1311.0243). `alpha` in [0, 0.5) is the attacker's
// part of the network, `gamma` in [0, 1] the part of honest hash rate that mines on the attacker's
// block in a race. After the retarget.
namespace aicmp {

/// The attacker's part of the blocks of the chain (their equation 8); honest mining earns alpha.
double selfish_mining_revenue(double alpha, double gamma);

/// The alpha above which SM1 beats honest mining: (1 - gamma) / (3 - 2 gamma) (their equation 9).
double selfish_mining_threshold(double gamma);

}  // namespace aicmp
