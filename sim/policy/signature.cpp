#include "sim/policy/signature.hpp"

#include <cstdio>
#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "sim/base/error.hpp"
#include "sim/policy/files.hpp"

namespace aicmp {
namespace {

struct Release {
  void operator()(BIO* memory) const { BIO_free(memory); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, Release>;

constexpr std::size_t kMostKeyBytes = 65536;

/// For keys with a passphrase: there is nobody to ask.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

template <typename Reader>
Owned<EVP_PKEY> read_key(const std::string& path, Reader reader, const char* kind) {
  const std::string text = read_file(path, kMostKeyBytes);
  const Owned<BIO> memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  AICMP_ASSERT(memory != nullptr);
  Owned<EVP_PKEY> key(reader(memory.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) {
    throw ConfigError({path, 0}, "", std::string("is no ") + kind, "an Ed25519 key in PEM");
  }
  return key;
}

Owned<EVP_MD_CTX> context() {
  Owned<EVP_MD_CTX> result(EVP_MD_CTX_new());
  AICMP_ASSERT(result != nullptr);
  return result;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string sign(std::string_view message, const std::string& key_path) {
  const Owned<EVP_PKEY> key = read_key(key_path, PEM_read_bio_PrivateKey, "private key");
  const Owned<EVP_MD_CTX> signer = context();
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  const bool good = EVP_DigestSignInit(signer.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                    EVP_DigestSign(signer.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                   &size, bytes_of(message), message.size()) == 1;
  AICMP_ASSERT(good && size == signature.size());
  return signature;
}

bool signed_by(std::string_view message, std::string_view signature, const std::string& key_path) {
  const Owned<EVP_PKEY> key = read_key(key_path, PEM_read_bio_PUBKEY, "public key");
  const Owned<EVP_MD_CTX> verifier = context();
  const bool good =
      EVP_DigestVerifyInit(verifier.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(verifier.get(), bytes_of(signature), signature.size(), bytes_of(message),
                       message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace aicmp
