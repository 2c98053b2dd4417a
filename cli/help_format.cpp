#include "cli/help_format.hpp"

#include "sim/base/wrapped.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kNameColumns = 26;

/// `  name      description`, the description wrapped in its own column.
std::string entry(const std::string& name, std::string_view description) {
  std::string out = "  " + name;
  if (out.size() + 2 > kNameColumns) {
    out += '\n' + std::string(kNameColumns, ' ');
  } else {
    out.resize(kNameColumns, ' ');
  }
  return out + wrapped(description, kTerminalColumns, kNameColumns, kNameColumns) + '\n';
}

}  // namespace

std::string HelpFormat::make_option(const CLI::Option* option, bool is_positional) const {
  return entry(make_option_name(option, is_positional) + make_option_opts(option),
               make_option_desc(option));
}

std::string HelpFormat::make_subcommand(const CLI::App* command) const {
  return entry(command->get_display_name(), command->get_description());
}

}  // namespace aicmp
