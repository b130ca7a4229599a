#include "base/hashing.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/hex.h"

namespace rucola {
namespace {

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

}  // namespace

struct Digest::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Digest::Digest(Algorithm algorithm) : state_(std::make_unique<State>()) {
  const EVP_MD* md = algorithm == Algorithm::sha1 ? EVP_sha1() : EVP_sha256();
  require(EVP_DigestInit_ex(state_->context, md, nullptr) == 1, "digest init");
}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(std::string_view bytes) {
  require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "digest update");
}

std::string Digest::finish_hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  require(EVP_DigestFinal_ex(state_->context, digest.data(), &length) == 1, "digest final");
  return lower_hex({digest.data(), length});
}

std::string sha256_hex(std::string_view bytes) {
  Digest digest(Digest::Algorithm::sha256);
  digest.update(bytes);
  return digest.finish_hex();
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned length = 0;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
               reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), mac.data(),
               &length) != nullptr,
          "hmac");
  return {reinterpret_cast<const char*>(mac.data()), length};
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  const std::string mac = hmac_sha256(key, bytes);
  return lower_hex({reinterpret_cast<const unsigned char*>(mac.data()), mac.size()});
}

std::string random_token(std::size_t length) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr unsigned unbiased = 256 / alphabet.size() * alphabet.size();
  std::string token;
  while (token.size() < length) {
    std::array<unsigned char, 64> random{};
    require(RAND_bytes(random.data(), random.size()) == 1, "random");
    for (const unsigned char byte : random) {
      if (byte < unbiased && token.size() < length) token += alphabet[byte % alphabet.size()];
    }
  }
  return token;
}

std::string random_uuid() {
  std::array<unsigned char, 16> random{};
  require(RAND_bytes(random.data(), random.size()) == 1, "random");
  random[6] = static_cast<unsigned char>((random[6] & 0x0F) | 0x40);
  random[8] = static_cast<unsigned char>((random[8] & 0x3F) | 0x80);
  std::string text = lower_hex(random);
  for (const std::size_t dash : {8, 13, 18, 23})
    text.insert(dash, 1, '-');
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace rucola
