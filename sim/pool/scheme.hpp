#pragma once

#include <cstdint>
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
enum class SchemeKind { kPps, kFpps, kProportional, kPplns, kEtaWindow };

/// Parameters of one scheme; a scheme reads only those that its definition names.
struct SchemeConfig {
  SchemeKind kind = SchemeKind::kPplns;
  std::string name;     // in results; empty: its spec, such as "eta:0.8"
  double fee = 0.01;    // share of the reward that the operator keeps
  double eta = 0.9;     // exponent of ETA schemes, 0..1
  double window = 8.0;  // X: window length in units of the network difficulty
  OldestShare oldest_share = OldestShare::kFraction;
  bool carry_unfilled = false;    // young window: operator keeps the part without work
  bool recut_at_retarget = true;  // false: the window keeps its length until rolled over
};

/// Adds the options of one `[[pool.schemes]]` element.
void add_options(OptionTable& table, SchemeConfig& config);

/// Reads `kind[:value][:key=value...]`, such as "eta:0.8", "pplns:2", "pps:fee=0.03": the value is
/// the scheme's first parameter (eta or X). Other fields come from `defaults`.
/// Throws ConfigError that lists what is allowed.
SchemeConfig parse_scheme(std::string_view spec, const SchemeConfig& defaults = {});

/// The canonical spec of a configuration, also its default name in results.
std::string scheme_spec(const SchemeConfig& config);

/// What a scheme may know when it is made. `windows` outlives the scheme.
struct SchemeContext {
  std::size_t miners = 0;
  WindowShelf* windows = nullptr;
};

/// A rule that turns accepted shares and blocks into what miners are owed. Calls come in the order
/// of simulation time; the finder's share is in a batch before its block.
class RewardScheme {
 public:
  virtual ~RewardScheme() = default;

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
};

std::unique_ptr<RewardScheme> make_scheme(const SchemeConfig& config, const SchemeContext& context);

}  // namespace aicmp
