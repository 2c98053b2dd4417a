#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/python_command.hpp"

namespace aicmp {

void add_serve_command(CLI::App& app) {
  struct Order {
    std::string folder;
    std::string host = "127.0.0.1";
    int port = 8000;
    std::string token;
  };
  const auto order = std::make_shared<Order>();
  CLI::App* command = app.add_subcommand("serve", "Show a folder of results as a local web page");
  command->add_option("folder", order->folder, "Folder of a run, finished or going on")->required();
  command->add_option("--host", order->host, "Address to listen on")->capture_default_str();
  command->add_option("--port", order->port, "Port, 0 for any")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  command
      ->add_option("--token", order->token,
                   "What clients must know; needed to set limits, and beyond this machine")
      ->envname("AICMP_TOKEN");
  command->footer(
      "A page on the whole run, and one for each miner. It follows a run that goes on.\n"
      "With a token, the page of a miner sets the most power and the temperatures of\n"
      "its machines in a run of `aicmp run --live`; otherwise it only reads. Needs the\n"
      "Python package (pip install '.[serve]').\n\n"
      "  aicmp serve runs/quickstart\n"
      "  AICMP_TOKEN=secret aicmp serve runs/heat_wave");
  command->callback([order] {
    const std::vector<std::string> arguments = {order->folder, "--host", order->host, "--port",
                                                fmt::to_string(order->port)};
    // Arguments can be read by everybody on this machine.
    if (!order->token.empty()) ::setenv("AICMP_TOKEN", order->token.c_str(), 1);
    become_python_module("aicmp_env.serve", arguments);
  });
}

}  // namespace aicmp
