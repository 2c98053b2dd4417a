#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/attack/theft.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/random.hpp"
#include "sim/chain/network.hpp"
#include "sim/chain/retarget_record.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/experiment/detection.hpp"
#include "sim/experiment/energy_meter.hpp"
#include "sim/experiment/feedback.hpp"
#include "sim/experiment/first_payouts.hpp"
#include "sim/experiment/inspections.hpp"
#include "sim/experiment/payout_variation.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/experiment/whereabouts.hpp"
#include "sim/fleet/plant.hpp"
#include "sim/fleet/population.hpp"
#include "sim/market/energy.hpp"
#include "sim/market/fees.hpp"
#include "sim/market/price.hpp"
#include "sim/pool/monitor/alarm.hpp"
#include "sim/pool/monitor/fork_watch.hpp"
#include "sim/pool/monitor/temperature_watch.hpp"
#include "sim/pool/pool.hpp"

namespace aicmp {

class World;

/// What became of a block of our pool.
enum class BlockFate {
  kMain,      // on the best chain
  kStale,     // found too late: worth nothing
  kOrphaned,  // was on the best chain and lost its place
};

/// Watches a world. Never changes it: a world with and without observers gives the same results.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A block joined the chain, or took a place in it.
  virtual void on_chain(const World&, const NetworkBlock&) {}
  /// The fate of a block of ours is known (a main block: when the next block is found).
  virtual void on_pool_block(const World&, const PoolBlock&, BlockFate) {}
  virtual void on_payout(const World&, std::span<const PayoutBatch>) {}
  /// New terms of a scheme hold.
  virtual void on_terms(const World&, const TermsChange&) {}
  /// The feedback loop set a parameter anew, or announced it.
  virtual void on_decision(const World&, const OperatorDecision&) {}
  virtual void on_ruin(const World&, const Account&) {}
  /// The pool noticed something about a miner.
  virtual void on_notice(const World&, const Notice&) {}
  /// Machines of a miner told the pool that they are hot.
  virtual void on_hot(const World&, const HotNotice&) {}
  /// The pool's operator is told of something that no single miner's shares show.
  virtual void on_alarm(const World&, const Alarm&) {}
  /// Something happened at a site, told at the next control point.
  virtual void on_site_notice(const World&, const SiteNotice&) {}
  virtual void on_sample(const World&) {}
};

/// Totals since the start.
struct WorldTotals {
  std::int64_t main_blocks = 0;
  std::int64_t stale_blocks = 0;
  std::int64_t retargets = 0;
  std::int64_t checked_retargets = 0;  // of a replay, whose true nBits are known
  std::int64_t equal_retargets = 0;    // of those, bit for bit
  std::int64_t pool_blocks = 0;        // on the best chain
  std::int64_t pool_stale_blocks = 0;  // stale or orphaned
  std::int64_t withheld_blocks = 0;    // found by our miners and thrown away
  std::int64_t found_identities = 0;   // false ones that forfeited what they were owed
  std::int64_t false_alarms = 0;       // accounts that forfeited it though they were none
  Moments interval_s;                  // between main blocks
  Moments block_fees_btc;              // of main blocks
};

/// An audit ledger to keep; none if empty. It must outlive the world.
struct LedgerOrder {
  Ledger* ledger = nullptr;
  std::string scenario_sha256;
};

/// One simulated world: network, market, miners and one pool whose reward schemes run side by side
/// on the same shares and blocks. Single-threaded; equal keys give equal worlds.
class World {
 public:
  /// `scenario` must outlive the world. Throws ConfigError or IoError; nothing else throws.
  World(const Scenario& scenario, const WorldKey& key, Observer* observer = nullptr,
        const LedgerOrder& ledger = {});
  World(const Scenario&&, const WorldKey&, Observer* = nullptr, const LedgerOrder& = {}) = delete;
  World(const World&) = delete;  // the network asks back about the pool
  World& operator=(const World&) = delete;

  /// Lets everything happen up to and including `until`, at most the horizon.
  void advance(Time until);
  /// Brings the pool's books up to now(); call before reading results.
  void close();
  /// What a miner sets on all its machines, from their next control point on. Throws ConfigError
  /// (keys of OwnerLimits) where it cannot.
  void set_limits(std::uint32_t miner, const OwnerLimits& limits);

  Time now() const { return now_; }
  const Scenario& scenario() const { return scenario_; }
  const WorldKey& key() const { return key_; }
  const Network& network() const { return network_; }
  const Chain& chain() const { return network_.chain(); }
  const Pool& pool() const { return pool_; }
  const Population& miners() const { return miners_; }
  const FeeState& fees() const { return fees_->state(); }
  double price_usd() const { return price_.usd_per_btc(now_); }
  /// At the first site.
  double energy_usd_per_mwh() const { return energy_.front().price().usd_per_mwh(now_); }
  /// Meters of all sites.
  std::span<const EnergyMeter> energy() const { return energy_; }
  /// The modelled machines, if there are any; accounted for until their next control point.
  const Plant* plant() const { return plant_ ? &*plant_ : nullptr; }
  /// Expected revenue of hash rate before fees: USD per PH/s and day.
  double hash_price_usd_per_phs_day() const;
  const WorldTotals& totals() const { return totals_; }
  const Whereabouts& whereabouts() const { return whereabouts_; }
  /// How well the pool's monitor does.
  const Detection& detection() const { return detection_; }
  const ForkWatch& forks() const { return forks_; }
  const TemperatureWatch& temperatures() const { return temperatures_; }
  /// Notices to a miner, by its shares and by its machines' temperatures.
  std::int64_t notices(std::uint32_t miner) const;
  /// The operator's loop, if there is one.
  const Feedback* feedback() const { return feedback_ ? &*feedback_ : nullptr; }
  const Theft& theft() const { return theft_; }
  /// Index of the scheme that choosing miners go by.
  std::size_t paying() const { return paying_; }
  /// Present size of the fleet over that at the start; not 1 only where a replay scales it.
  double fleet_scale() const;
  /// One per scheme of the pool.
  std::span<const PayoutVariation> variation() const { return variation_; }
  std::span<const FirstPayouts> first_payouts() const { return first_payouts_; }

 private:
  enum Kind : std::uint32_t {
    kDay,
    kSettlement,
    kDividend,
    kVariation,
    kSample,
    kReview,
    kRotation,
    kInspection,
    kWatch,
    kMachines,
    kTheft,
    kHijack,
    kConnection,
    kFrontEndFull
  };
  struct Nothing {};

  void check_share_rates() const;
  void find_block();
  void alarm(AlarmKind kind, std::optional<std::uint32_t> miner = {});
  void accept_block(const NetworkBlock& found);
  Time template_age(Time since_last_block) const;
  void tell_templates(Satoshi block_fees);
  void grow();
  void retarget(const ConnectedBlock& block);
  void tell_rates();
  void run_machines();
  void tell_notices();
  void report_temperatures();
  void move_miners();
  void review();
  void order_hijack();
  void run_connections();
  void watch();
  void inspect();
  void end_day();
  void settle();
  void adjust(Satoshi mean_fees);
  void follow_replay();
  void handle(Kind kind);
  void repeat(Kind kind, Time period);
  void order(Kind kind, Time time);
  void tell_fate(BlockFate fate);
  void report_ruin();

  const Scenario& scenario_;
  const WorldKey key_;
  Observer* observer_;
  Network network_;
  mutable PricePath price_;
  std::unique_ptr<FeeSource> fees_;
  Population miners_;
  Pool pool_;
  std::size_t paying_;
  Whereabouts whereabouts_;
  Theft theft_;
  Time hijack_ordered_ = Time::forever();
  Detection detection_;
  ForkWatch forks_;
  TemperatureWatch temperatures_;
  bool front_end_was_full_ = false;
  Inspections inspections_;
  std::optional<Feedback> feedback_;
  std::vector<SiteConfig> sites_;
  std::vector<EnergyMeter> energy_;
  std::optional<Plant> plant_;
  std::optional<RetargetRecord> record_;
  Calendar<Nothing> calendar_;
  Time now_;
  Time last_main_;
  PoolBlock last_of_ours_;
  bool fate_open_ = false;  // last_of_ours_ is the tip
  std::uint64_t next_block_id_ = 0;
  Moments day_fees_sat_;
  FeeAverage fpps_fees_;
  std::vector<PayoutVariation> variation_;
  std::vector<FirstPayouts> first_payouts_;
  std::vector<bool> ruin_reported_;
  WorldTotals totals_;
};

}  // namespace aicmp
