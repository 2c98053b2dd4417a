#pragma once

#include <string>

#include <CLI/App.hpp>

namespace aicmp {

/// CLI11's help with descriptions wrapped to fit 80 columns.
class HelpFormat : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

}  // namespace aicmp
