#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "sample_bundle.hpp"
#include "sim/base/error.hpp"
#include "sim/policy/files.hpp"
#include "sim/policy/signature.hpp"
#include "tests/experiment/temporary_folder.hpp"

namespace aicmp {
namespace {

// RFC 8032, section 7.1, test 1.
constexpr char kPrivateKey[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr char kPublicKey[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";
constexpr char kOtherPrivateKey[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
    "-----END PRIVATE KEY-----\n";

/// What loading a folder says against it, its path left out.
std::string refusal(const TemporaryFolder& folder, const std::string& key = "") {
  std::string text = message_of<ConfigError>([&] { load_bundle(folder.path("bundle"), key); });
  const std::string prefix = folder.path("bundle") + "/";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
    text.erase(at, prefix.size());
  }
  return text;
}

/// A sealed bundle that a test may damage.
class Sample : public TemporaryFolder {
 public:
  explicit Sample(const PolicyBundle& bundle = sample_bundle(), const std::string& key = "") {
    std::filesystem::create_directories(path("bundle"));
    write_bundle_files(bundle, path("bundle"));
    seal_bundle(path("bundle"), key);
  }

  std::string get(const std::string& name) const { return read("bundle/" + name); }
  void set(const std::string& name, const std::string& bytes) const {
    write("bundle/" + name, bytes);
  }
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string bytes = get(name);
    const std::size_t at = bytes.find(from);
    REQUIRE(at != std::string::npos);
    set(name, bytes.replace(at, from.size(), to));
  }
  void reseal() const { seal_bundle(path("bundle")); }
};

TEST_CASE("A bundle is read as it was written") {
  for (const LayerKind kind : {LayerKind::kTanh, LayerKind::kLstm}) {
    const PolicyBundle written = sample_bundle(kind);
    const Sample sample(written);
    const PolicyBundle read = load_bundle(sample.path("bundle"));
    CHECK(read.model.layers[0].weight == written.model.layers[0].weight);
    CHECK(read.parity.observation == written.parity.observation);
    CHECK(read.parity.outputs == written.parity.outputs);
    CHECK(read.origin.training == written.origin.training);
    CHECK(read.origin.evaluation.is_null());
    CHECK(read.origin.fallback == "fixed");
    CHECK_FALSE(read.has_signature);
    CHECK(read.sha256.size() == 4);
    CHECK(sample.get("README.md").find("Nobody has evaluated it") != std::string::npos);
  }
}

TEST_CASE("Any byte that changes, anywhere, is noticed") {
  const Sample sample;
  for (const std::string name :
       {"policy.json", "weights.safetensors", "parity.json", "README.md"}) {
    const std::string good = sample.get(name);
    for (std::size_t at = 0; at < good.size(); at += good.size() / 50 + 1) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 1);
      sample.set(name, bad);
      REQUIRE(refusal(sample) ==
              name + ": its SHA-256 is not that of the manifest: damaged or changed");
    }
    sample.set(name, good.substr(0, good.size() - 1));
    REQUIRE_FALSE(refusal(sample).empty());
    sample.set(name, good);
  }
  CHECK(refusal(sample).empty());
}

TEST_CASE("What a sealed bundle may not be") {
  const Sample sample;
  SUBCASE("another version") {
    sample.replace("policy.json", "\"version\": 1", "\"version\": 2");
    sample.reseal();
    CHECK(refusal(sample) == "policy.json: version: 2 (allowed: 1)");
  }
  SUBCASE("another version of the folder") {
    sample.replace("manifest.json", "\"version\": 1", "\"version\": 9");
    CHECK(refusal(sample) == "manifest.json: version: 9 (allowed: 1)");
  }
  SUBCASE("something else") {
    sample.replace("policy.json", "aicmp-policy", "other-policy");
    sample.reseal();
    CHECK(refusal(sample) == "policy.json: format: other-policy (allowed: aicmp-policy)");
  }
  SUBCASE("incomplete") {
    std::filesystem::remove(sample.path("bundle/parity.json"));
    sample.reseal();
    CHECK(refusal(sample) == "manifest.json: files.parity.json: missing");
  }
  SUBCASE("more than its manifest says") {
    sample.set("extra.bin", "x");
    CHECK(refusal(sample) == "extra.bin: is not in the manifest");
    sample.reseal();
    CHECK(refusal(sample).find("manifest.json: files.extra.bin: unknown key") == 0);
  }
  SUBCASE("a link to somewhere else") {
    const std::string text = sample.get("README.md");
    std::filesystem::remove(sample.path("bundle/README.md"));
    std::filesystem::create_symlink(sample.write("outside", text), sample.path("bundle/README.md"));
    CHECK(refusal(sample) == "README.md: is a link (allowed: a file)");
  }
  SUBCASE("outputs that inference does not give") {
    PolicyBundle bundle = sample_bundle();
    bundle.parity.outputs[4] += 2e-5f;
    write_bundle_files(bundle, sample.path("bundle"));
    sample.reseal();
    CHECK(refusal(sample).find("parity.json: outputs[1]: inference differs by 2") == 0);
  }
  SUBCASE("no bundle at all") {
    std::filesystem::remove_all(sample.path("bundle"));
    CHECK_THROWS_AS(load_bundle(sample.path("bundle")), IoError);
    std::filesystem::create_directories(sample.path("bundle"));
    CHECK(refusal(sample).find("manifest.json: missing: this is no bundle") != std::string::npos);
  }
}

TEST_CASE("Ed25519: the signature of RFC 8032 for an empty message") {
  const TemporaryFolder folder;
  const std::string key = folder.write("key.pem", kPrivateKey);
  const std::string public_key = folder.write("pub.pem", kPublicKey);
  const std::string signature = sign("", key);
  std::string hex;
  for (const char c : signature) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  CHECK(hex ==
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
        "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  CHECK(signed_by("", signature, public_key));
  CHECK_FALSE(signed_by("x", signature, public_key));
  CHECK_FALSE(signed_by("", signature.substr(1), public_key));
  CHECK_THROWS_AS(sign("", public_key), ConfigError);
  CHECK_THROWS_AS(sign("", folder.write("none.pem", "x")), ConfigError);
}

TEST_CASE("With a public key only bundles that it signed are loaded") {
  const TemporaryFolder keys;
  const std::string key = keys.write("key.pem", kPrivateKey);
  const std::string other = keys.write("other.pem", kOtherPrivateKey);
  const std::string public_key = keys.write("pub.pem", kPublicKey);
  const Sample signed_sample(sample_bundle(), key);
  CHECK(refusal(signed_sample, public_key).empty());
  CHECK(load_bundle(signed_sample.path("bundle")).has_signature);

  // Whoever changes a file can make a new manifest, but not its signature.
  signed_sample.replace("policy.json", "fixed", "other");
  signed_sample.reseal();
  CHECK(refusal(signed_sample).empty());
  CHECK(refusal(signed_sample, public_key) == "manifest.sig: is not a signature by " + public_key);

  CHECK(refusal(Sample(sample_bundle(), other), public_key) ==
        "manifest.sig: is not a signature by " + public_key);
  CHECK(refusal(Sample(), public_key) == "manifest.sig: missing: the bundle is not signed");
}

/// A random change: bits, a cut, a repeated piece, or another number.
std::string damaged(std::string bytes, Rng& rng) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(rng() % n); };
  switch (below(5)) {
    case 0:
      bytes[below(bytes.size())] = static_cast<char>(rng());
      break;
    case 1:
      bytes.resize(below(bytes.size()));
      break;
    case 2:
      bytes.insert(below(bytes.size()), bytes.substr(below(bytes.size()), below(64)));
      break;
    case 3:
      bytes.erase(below(bytes.size()), below(64));
      break;
    default: {
      std::size_t at = below(bytes.size());
      while (at < bytes.size() && (bytes[at] < '0' || bytes[at] > '9')) ++at;
      const char* const numbers[] = {"-1", "1e999", "99999999999999999999", "null", "[]", "0.5"};
      if (at < bytes.size()) bytes.replace(at, 1, numbers[below(6)]);
    }
  }
  return bytes;
}

TEST_CASE("Files damaged before the manifest was made are refused, or run all the same") {
  const Sample sample(sample_bundle(LayerKind::kLstm, 5));
  Rng rng = test_rng(11);
  int refused = 0;
  int loaded = 0;
  for (const std::string name : {"policy.json", "weights.safetensors", "parity.json"}) {
    const std::string good = sample.get(name);
    for (int i = 0; i < 300; ++i) {
      sample.set(name, damaged(good, rng));
      sample.reseal();
      try {
        load_bundle(sample.path("bundle"));  // runs the policy over the recorded rows
        ++loaded;
      } catch (const ConfigError&) {
        ++refused;
      }
    }
    sample.set(name, good);
  }
  CHECK(refused + loaded == 900);
  CHECK(refused > 600);
  const std::string good = sample.get("manifest.json");
  for (int i = 0; i < 300; ++i) {
    sample.set("manifest.json", damaged(good, rng));
    try {
      load_bundle(sample.path("bundle"));
    } catch (const ConfigError&) {
    }
  }
}

}  // namespace
}  // namespace aicmp
