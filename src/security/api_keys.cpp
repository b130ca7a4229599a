#include "security/api_keys.h"

#include <algorithm>

#include "base/hashing.h"

namespace rucola::security {

std::string new_api_key() {
  return random_token(api_key_length);
}

std::string api_key_digest(std::string_view key) {
  return sha256_hex(key);
}

std::string api_key_id(std::string_view digest) {
  return std::string(digest.substr(0, 16));
}

bool looks_like_api_key(std::string_view text) {
  const bool has_length = text.size() == api_key_length || text.size() == old_api_key_length;
  return has_length && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

}  // namespace rucola::security
