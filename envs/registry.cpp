#include "envs/registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "envs/batch.hpp"
#include "envs/problems/coincident_peak.hpp"
#include "envs/problems/coupled_pool.hpp"
#include "envs/problems/curtailment.hpp"
#include "envs/problems/pool_terms.hpp"
#include "envs/problems/reserve.hpp"
#include "envs/problems/retarget_game.hpp"
#include "envs/problems/selfish_mining.hpp"
#include "envs/problems/share_difficulty.hpp"
#include "sim/experiment/toml_loader.hpp"

namespace aicmp {

namespace {

template <typename Problem>
class OptionsOf final : public ProblemOptions {
 public:
  void add_to(OptionTable& table) override { add_options(table, config_); }
  std::unique_ptr<Environment> make(const BatchOptions& batch) const override {
    return std::make_unique<Batch<Problem>>(Problem(config_), batch);
  }

 private:
  typename Problem::Config config_;
};

struct Entry {
  std::string id;
  std::unique_ptr<ProblemOptions> (*make)();
  std::vector<Option> (*options)();
};

template <typename Problem>
std::unique_ptr<ProblemOptions> make() {
  return std::make_unique<OptionsOf<Problem>>();
}

template <typename Problem>
std::vector<Option> options() {
  // What reads an option through its field needs the struct to live on.
  static typename Problem::Config config;
  OptionTable table;
  add_options(table, config);
  return table.options();
}

template <typename Problem>
Entry entry() {
  return {Problem::kId, make<Problem>, options<Problem>};
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {entry<ShareDifficulty>(), entry<Curtailment>(),
                                         entry<CoincidentPeak>(),  entry<Reserve>(),
                                         entry<PoolTerms>(),       entry<RetargetGame>(),
                                         entry<CoupledPool>(),     entry<SelfishMining>()};
  return all;
}

const Entry& find(const std::string& id) {
  for (const Entry& entry : entries()) {
    if (entry.id == id) return entry;
  }
  throw ConfigError({}, "id", fmt::format("\"{}\" is not a decision problem", id),
                    fmt::format("{}", fmt::join(environment_ids(), ", ")));
}

}  // namespace

std::vector<std::string> environment_ids() {
  std::vector<std::string> ids;
  for (const Entry& entry : entries()) ids.push_back(entry.id);
  return ids;
}

std::unique_ptr<Environment> make_environment(const std::string& id, const BatchOptions& batch,
                                              const std::string& file,
                                              const std::vector<std::string>& overrides) {
  const std::unique_ptr<ProblemOptions> options = problem_options(id);
  OptionTable table;
  options->add_to(table);
  Provenance origin(file);
  if (!file.empty()) origin = load_toml(file, table);
  override_options(table, origin, overrides);
  try {
    return options->make(batch);
  } catch (const ConfigError& error) {
    throw origin.located(error);
  }
}

std::unique_ptr<ProblemOptions> problem_options(const std::string& id) {
  return find(id).make();
}

std::vector<Option> environment_options(const std::string& id) {
  return find(id).options();
}

}  // namespace aicmp
