#pragma once

#include <string>
#include <string_view>

namespace aicmp {

/// Ed25519 (RFC 8032, OpenSSL): 64 bytes over `message`. `key_path` is a private key in PEM, as
/// `openssl genpkey -algorithm ed25519` writes it. Throws ConfigError or IoError.
std::string sign(std::string_view message, const std::string& key_path);

/// Whether the signature is that of the public key in PEM (`openssl pkey -pubout`) at `key_path`.
/// Throws ConfigError or IoError if there is no such key.
bool signed_by(std::string_view message, std::string_view signature, const std::string& key_path);

}  // namespace aicmp
