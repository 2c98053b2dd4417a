#include "cli/overrides.hpp"

namespace aicmp {

void add_overrides(CLI::App& command, std::vector<std::string>& overrides) {
  command.add_option("--set", overrides, "Override an option; may be repeated")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
}

}  // namespace aicmp
