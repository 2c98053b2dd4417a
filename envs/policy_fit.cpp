#include "envs/policy_fit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

void require_equal(const std::string& key, const std::string& found, const std::string& expected) {
  if (found != expected) throw ConfigError({}, key, found, expected);
}

/// PolicyFeature, PolicyNumber and Field have these in common.
template <typename T>
std::string text_of(const T& field) {
  return fmt::format("{} [{}, {}] ({})", field.name, field.low, field.high, field.unit);
}

template <typename T>
void check_fields(const std::string& key, const std::vector<T>& found,
                  const std::vector<Field>& expected) {
  require_equal(key, fmt::format("{} of them", found.size()),
                fmt::format("{} of them", expected.size()));
  for (std::size_t i = 0; i < found.size(); ++i) {
    require_equal(fmt::format("{}[{}]", key, i), text_of(found[i]), text_of(expected[i]));
  }
}

}  // namespace

void check_fit(const PolicyModel& model, const EnvSpec& spec) {
  require_equal("problem", model.problem, spec.id);
  check_fields("features", model.features, spec.observation);
  check_fields("action.numbers", model.numbers, spec.action.numbers);
  const std::vector<ChoiceSet>& sets = spec.action.sets;
  require_equal("action.sets", fmt::format("{} of them", model.sets.size()),
                fmt::format("{} of them", sets.size()));
  for (std::size_t i = 0; i < sets.size(); ++i) {
    require_equal(fmt::format("action.sets[{}]", i),
                  fmt::format("{}: {}", model.sets[i].name, model.sets[i].choices),
                  fmt::format("{}: {}", sets[i].name, sets[i].choices));
  }
  require_equal("action.masked", fmt::format("{}", model.masked),
                fmt::format("{}", spec.action.masked));
}

}  // namespace aicmp
