#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/python_command.hpp"

namespace aicmp {

void add_report_command(CLI::App& app) {
  struct Order {
    std::string folder;
    std::string out;
    std::string png;
    std::vector<std::int64_t> miners;
  };
  const auto order = std::make_shared<Order>();
  CLI::App* command = app.add_subcommand("report", "Show a folder of results as one HTML page");
  command->add_option("folder", order->folder, "Folder of a run, comparison, training or forecast")
      ->required();
  command->add_option("--out", order->out, "HTML file; default FOLDER/report.html");
  command->add_option("--png", order->png, "Also draw every picture as PNG into this folder")
      ->type_name("DIR");
  command->add_option("--miner", order->miners, "Account that gets a section; may be repeated")
      ->type_name("ID");
  command->footer(
      "The page fetches nothing: it can be mailed. Needs the Python package\n"
      "(pip install '.[report]').\n\n"
      "  aicmp run scenarios/quickstart.toml\n"
      "  aicmp report runs/quickstart --miner 990");
  command->callback([order] {
    std::vector<std::string> arguments = {order->folder};
    if (!order->out.empty()) arguments.insert(arguments.end(), {"--out", order->out});
    if (!order->png.empty()) arguments.insert(arguments.end(), {"--png", order->png});
    for (const std::int64_t miner : order->miners) {
      arguments.insert(arguments.end(), {"--miner", fmt::to_string(miner)});
    }
    become_python_module("aicmp_env.report", arguments);
  });
}

}  // namespace aicmp
