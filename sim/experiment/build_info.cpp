#include "sim/experiment/build_info.hpp"

#include <boost/version.hpp>
#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <toml++/impl/version.h>

#include "git_version.hpp"

namespace aicmp {

BuildInfo build_info() {
  const auto dotted = [](int major, int minor, int patch) {
    return fmt::format("{}.{}.{}", major, minor, patch);
  };
  BuildInfo info;
  info.version = AICMP_VERSION;
  info.git_commit = kGitCommit;
  info.git_state = kGitState;
  info.compiler = "g++ " __VERSION__;
  info.build_type = AICMP_BUILD_TYPE;
  info.flags = AICMP_BUILD_FLAGS;
  info.libraries = {
      {"boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
      {"fmt", dotted(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
      {"glibc", gnu_get_libc_version()},
      {"nlohmann_json", dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                               NLOHMANN_JSON_VERSION_PATCH)},
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"tomlplusplus", dotted(TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH)},
  };
  return info;
}

}  // namespace aicmp
