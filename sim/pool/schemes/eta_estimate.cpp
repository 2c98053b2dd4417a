#include <cmath>

#include "sim/pool/hash_estimate.hpp"
#include "sim/pool/schemes/schemes.hpp"
#include "sim/pool/schemes/share_price.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {
namespace {

/// ETA-T(eta, tau): each block is split by (estimated hash rate)^eta. The estimate can be gamed by
/// bursts of work before a payout; that is a property of the scheme.
class EtaEstimate final : public RewardScheme {
 public:
  EtaEstimate(const SchemeConfig& config, std::size_t miners)
      : RewardScheme(first_terms(config, config.eta)), hash_rate_(miners, config.tau_h) {}

  void on_network(double, Satoshi) override {}

  void on_work(const WorkBatch& batch, Book&) override {
    for (const CreditedShare& share : batch.shares) hash_rate_.add(share);
    if (!batch.counts.empty()) hash_rate_.add_counts(batch);
  }

  void on_block(const PoolBlock& block, Book& book) override {
    split_by_power(block, terms(), 1.0, hash_rate_.values(), book);
  }

 private:
  HashEstimate hash_rate_;
};

/// ETA-PPS(eta, tau): a share earns (1 - f) rho_i S d / D at once, rho_i = a_i^(eta - 1) / sum_j
/// a_j^eta with a_i the estimated part of the pool's hash rate, the share included; so sum a_i
/// rho_i = 1 and the operator's expected cost is that of PPS. The operator keeps fees and bears
/// luck.
class EtaPerShare final : public RewardScheme {
 public:
  EtaPerShare(const SchemeConfig& config, std::size_t miners)
      : RewardScheme(first_terms(config, config.eta)), hash_rate_(miners, config.tau_h) {}

  void set_terms(const SchemeTerms& terms) override {
    RewardScheme::set_terms(terms);
    sum_up();
  }

  void on_network(double difficulty, Satoshi subsidy) override {
    price_.on_network(difficulty, subsidy);
  }

  void on_work(const WorkBatch& batch, Book& book) override {
    for (const CreditedShare& share : batch.shares) {
      const double before = hash_rate_.values()[share.miner];
      if (hash_rate_.add(share)) {
        sum_up();
      } else {
        const double after = hash_rate_.values()[share.miner];
        sum_ += after - before;
        power_sum_ += power(after) - power(before);
      }
      book.credit(share.miner, price_.of(share.work, terms().fee) * rho(share.miner));
    }
    if (batch.counts.empty()) return;
    // All of it is paid as of its middle, so that an estimate that moves meanwhile does no harm.
    hash_rate_.add_counts(batch, 0.5);
    sum_up();
    batch.for_each([&](std::uint32_t miner, std::int64_t, double work) {
      book.credit(miner, price_.of(work, terms().fee) * rho(miner));
    });
    hash_rate_.add_counts(batch, 0.5);
    sum_up();
  }

  bool miners_bear_luck() const override { return false; }
  void on_block(const PoolBlock&, Book&) override {}

 private:
  double power(double value) const { return value > 0.0 ? std::pow(value, terms().eta) : 0.0; }
  double rho(std::uint32_t miner) const {
    const double value = hash_rate_.values()[miner];
    return power(value) / value * sum_ / power_sum_;
  }
  void sum_up() {
    sum_ = 0.0;
    power_sum_ = 0.0;
    for (const double value : hash_rate_.values()) {
      sum_ += value;
      power_sum_ += power(value);
    }
  }

  SharePrice price_;
  HashEstimate hash_rate_;
  double sum_ = 0.0;        // of hash_rate_.values()
  double power_sum_ = 0.0;  // of their powers
};

}  // namespace

std::unique_ptr<RewardScheme> make_eta_estimate(const SchemeConfig& config,
                                                const SchemeContext& context) {
  return std::make_unique<EtaEstimate>(config, context.miners);
}

std::unique_ptr<RewardScheme> make_eta_per_share(const SchemeConfig& config,
                                                 const SchemeContext& context) {
  return std::make_unique<EtaPerShare>(config, context.miners);
}

}  // namespace aicmp
