#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/pool/book.hpp"
#include "sim/pool/window_shelf.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// Reward schemes by their names in the field; definitions in economics.md 1.2.
enum class SchemeKind {
  kPps,
  kFpps,
  kPpsPlus,
  kProportional,
  kPplns,
  kTides,
  kSlice,
  kSolo,
  kScore,
  kGeometric,
  kDoubleGeometric,
  kEtaWindow,
  kEtaRound,
  kEtaEstimate,
  kEtaPerShare,
  kWeight,
};

/// What an ETA scheme splits by work^eta.
enum class EtaOn {
  kReward,   // all of a block
  kSubsidy,  // its subsidy; its transaction fees are split by work
};

class RewardScheme;
struct SchemeConfig;
struct SchemeContext;

/// Makes a scheme, every world one of its own.
using MakeScheme =
    std::function<std::unique_ptr<RewardScheme>(const SchemeConfig&, const SchemeContext&)>;

/// Parameters of one scheme; a scheme reads only those that its definition names.
struct SchemeConfig {
  SchemeKind kind = SchemeKind::kPplns;
  std::string name;               // in results; empty: its spec, such as "eta:0.8"
  double fee = 0.01;              // share of the reward that the operator keeps
  double fee_floor_btc = 0.0;     // least that it keeps of a block
  double eta = 0.9;               // exponent of ETA schemes, 0..1
  EtaOn eta_on = EtaOn::kReward;  // ETA by block
  double window = 8.0;            // X: window length in units of the network difficulty
  OldestShare oldest_share = OldestShare::kFraction;
  bool carry_unfilled = false;     // young window: operator keeps the part without work
  bool recut_at_retarget = true;   // false: the window keeps its length until rolled over
  double tau_h = 24.0;             // ETA-T, ETA-PPS: time constant of the hash-rate estimate
  double score_s = 300.0;          // SCORE: C, time constant of the score
  double c = 0.3;                  // GEO, DGM: part of a block that the operator keeps on average
  double o = 0.5;                  // DGM: part of a score that survives a block
  double slice_delta_btc = 0.001;  // SLICE: growth of template fees that starts a new slice
  std::string weight = "w";        // weight: a miner's weight, see WeightExpression
  /// A rule of the caller's own instead of `kind`, for programs; needs a name. Threads may call it
  /// at once. Choosing miners cannot foresee its pay, nor can a ledger recompute it.
  MakeScheme make = {};
};

/// Adds the options of one `[[pool.schemes]]` element.
void add_options(OptionTable& table, SchemeConfig& config);

/// Reads `kind[:value][:key=value...]`, such as "eta:0.8", "pplns:2", "pps:fee=0.03",
/// "eta-t:0.9:tau_h=6", "weight:w^0.9": the value is the scheme's first parameter (an ETA's eta, a
/// window's X, GEO's c, SCORE's C, the expression; else the fee). Keys are those the scheme reads.
/// Other fields come from `defaults`. Throws ConfigError that lists what is allowed.
SchemeConfig parse_scheme(std::string_view spec, const SchemeConfig& defaults = {});

/// Splits "eta:0.8,pps,weight:min(w, 9)" at the commas outside parentheses; spaces around are
/// dropped.
std::vector<std::string> split_specs(std::string_view list);

/// The canonical spec of a configuration, also its default name in results: the value, and what
/// else the scheme reads as far as it differs from the defaults.
std::string scheme_spec(const SchemeConfig& config);

/// Whether the scheme has the parameter `key`, such as "eta".
bool scheme_reads(const SchemeConfig& config, std::string_view key);

/// Throws ConfigError if the scheme does not read a parameter that is not at its default, or if its
/// weight expression is not accepted; `prefix` stands before the key.
void check_scheme(const SchemeConfig& config, const std::string& prefix = "");

/// What a scheme may know when it is made. `windows` outlives the scheme.
struct SchemeContext {
  std::size_t miners = 0;
  WindowShelf* windows = nullptr;
};

/// The block template that the pool's jobs build on from `time` on.
struct PoolTemplate {
  Time time;
  bool new_block = false;  // it builds on a block that the last one did not
  Satoshi fees;            // of the transactions in it
};

/// By what a scheme pays; see SchemeConfig. The operator may change fee and eta while it runs.
struct SchemeTerms {
  double fee = 0.0;
  double eta = 1.0;
  Satoshi fee_floor;
  EtaOn eta_on = EtaOn::kReward;
};

/// Those that a scheme begins with; `eta` is 1 of schemes that have none.
SchemeTerms first_terms(const SchemeConfig& config, double eta = 1.0);

/// A rule that turns accepted shares and blocks into what miners are owed. Calls come in the order
/// of simulation time; the finder's share is in a batch before its block.
class RewardScheme {
 public:
  explicit RewardScheme(const SchemeTerms& terms) : terms_(terms) {}
  virtual ~RewardScheme() = default;

  const SchemeTerms& terms() const { return terms_; }
  /// Work from now on, or for schemes that split blocks the next block, is paid by `terms`.
  virtual void set_terms(const SchemeTerms& terms) { terms_ = terms; }

  /// Network difficulty and subsidy that shares from now on are priced at; at the start and after
  /// every retarget and halving.
  virtual void on_network(double difficulty, Satoshi subsidy) = 0;
  virtual void on_work(const WorkBatch& batch, Book& book) = 0;
  /// Our block; book.receive() has been called. The scheme decides the parts and the fee.
  virtual void on_block(const PoolBlock& block, Book& book) = 0;
  /// The latest block lost its race; book.lose() and book.reverse() have been called.
  virtual void on_orphan(const PoolBlock&) {}
  /// A day has passed; mean transaction fees of the network's blocks in it.
  virtual void on_day(Satoshi /*mean_block_fees*/, Book&) {}

  /// Whether on_template() does anything.
  virtual bool needs_templates() const { return false; }
  /// In flow fidelity the work before `time` may come later, in a batch that reaches beyond it.
  virtual void on_template(const PoolTemplate&) {}

  /// True if pay follows the pool's blocks, false if it follows the expected value of work.
  virtual bool miners_bear_luck() const { return true; }

  /// Blocks at which the rule itself failed and a fallback split them (weight expressions).
  virtual std::int64_t irregular_blocks() const { return 0; }

 private:
  SchemeTerms terms_;
};

/// Throws ConfigError if a weight expression is not accepted.
std::unique_ptr<RewardScheme> make_scheme(const SchemeConfig& config, const SchemeContext& context);

}  // namespace aicmp
