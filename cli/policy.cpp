#include <memory>
#include <string>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/onnx.hpp"
#include "envs/policy_fit.hpp"
#include "envs/registry.hpp"
#include "sim/base/error.hpp"
#include "sim/policy/bundle.hpp"
#include "sim/policy/model_card.hpp"

namespace aicmp {
namespace {

constexpr int kRefused = 1;

struct PolicyOptions {
  std::string folder;
  std::string key;   // public
  std::string sign;  // private key
};

/// Everything that a bundle must hold to be used here.
PolicyBundle load(const PolicyOptions& options) {
  PolicyBundle bundle = load_bundle(options.folder, options.key);
  try {
    check_fit(bundle.model, make_environment(bundle.model.problem, {})->spec());
  } catch (const ConfigError& error) {
    throw error.located([&](const std::string&) { return SourceRef{options.folder, 0}; });
  }
  return bundle;
}

std::string signature_text(const PolicyBundle& bundle, const std::string& key) {
  if (!key.empty()) return fmt::format("signed by {}", key);
  return bundle.has_signature ? "signed, not checked without --key" : "not signed";
}

void verify(const PolicyOptions& options) {
  try {
    const PolicyBundle bundle = load(options);
    write_stdout(fmt::format("sound: {}, {} files, {} recorded rows within {:g}, {}\n",
                             bundle.model.problem, bundle.sha256.size(), bundle.parity.rows,
                             PolicyParity::kTolerance, signature_text(bundle, options.key)));
  } catch (const ConfigError& error) {
    write_stdout(fmt::format("REFUSED: {}\n", error.what()));
    throw CLI::RuntimeError(kRefused);
  }
}

}  // namespace

void add_policy_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("policy", "Verify a policy bundle or show what it is");
  command->require_subcommand(1);
  command->footer(
      "A bundle is what aicmp export writes: a trained policy that says what it sees\n"
      "and does. Every command refuses one that is damaged, changed, of another\n"
      "version or for another problem.\n\n"
      "  aicmp policy verify bundles/share-difficulty\n"
      "  aicmp policy verify bundles/share-difficulty --key pool.pub.pem\n"
      "  aicmp policy show bundles/share-difficulty");
  const auto options = std::make_shared<PolicyOptions>();

  CLI::App* verify_command =
      command->add_subcommand("verify", "Check that a bundle is sound and fits");
  verify_command->add_option("folder", options->folder, "Folder of the bundle")->required();
  verify_command
      ->add_option("--key", options->key, "Ed25519 public key (PEM) that must have signed")
      ->type_name("FILE");
  verify_command->footer(
      "Prints what was found; exit code 1 if the bundle is refused.\n\n"
      "  aicmp policy verify bundles/share-difficulty");
  verify_command->callback([options] { verify(*options); });

  CLI::App* onnx_command = command->add_subcommand("onnx", "Add policy.onnx to a sound one");
  onnx_command->add_option("folder", options->folder, "Folder of the bundle")->required();
  onnx_command->add_option("--sign", options->sign, "Ed25519 private key (PEM) to sign with")
      ->type_name("FILE");
  onnx_command->footer(
      "Needs the Python package (pip install '.[export]').\n\n"
      "  aicmp policy onnx bundles/share-difficulty --sign pool.pem");
  onnx_command->callback([options] { add_onnx(load(*options), options->folder, options->sign); });

  CLI::App* show_command = command->add_subcommand("show", "Print the model card of a sound one");
  show_command->add_option("folder", options->folder, "Folder of the bundle")->required();
  show_command->footer("  aicmp policy show bundles/share-difficulty");
  show_command->callback([options] { write_stdout(model_card(load(*options))); });
}

}  // namespace aicmp
