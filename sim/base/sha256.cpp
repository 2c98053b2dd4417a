#include "sim/base/sha256.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "sim/base/error.hpp"

namespace aicmp {

void Sha256::Release::operator()(void* context) const {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  AICMP_ASSERT(context_ != nullptr);
  const int ok = EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()), EVP_sha256(), nullptr);
  AICMP_ASSERT(ok == 1);
}

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_.get()), digest, &size);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string sha256_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path, fmt::format("cannot be opened: {}", std::strerror(errno)));
  Sha256 hash;
  char block[65536];
  while (file.read(block, sizeof block), file.gcount() > 0) {
    hash.update({block, static_cast<std::size_t>(file.gcount())});
  }
  if (file.bad()) throw IoError(path, "cannot be read");
  return hash.hex();
}

}  // namespace aicmp
