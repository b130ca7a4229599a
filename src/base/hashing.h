// Digests, random tokens and comparison in constant time, all from OpenSSL.
//
// Threads: free functions are thread-safe; a Digest belongs to one thread at a time.
// Errors: OpenSSL failing at these primitives means the process can't go on; it throws std::runtime_error.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace rucola {

/// A running SHA-1 or SHA-256, for data that arrives in pieces.
class Digest {
 public:
  enum class Algorithm { sha1, sha256 };

  explicit Digest(Algorithm algorithm);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  void update(std::string_view bytes);

  /// Lower-case hex. The digest is spent afterwards.
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);
/// 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// `length` characters of [A-Za-z0-9] from the system's cryptographic source, without modulo bias.
std::string random_token(std::size_t length);

/// A random UUID, version 4.
std::string random_uuid();

/// Takes the same time wherever the first difference is. Unequal lengths are unequal.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace rucola
