#include "base/base64.h"

#include <openssl/evp.h>

namespace rucola {
namespace {

constexpr std::size_t group_bytes = 3;
constexpr std::size_t group_characters = 4;

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + group_bytes - 1) / group_bytes * group_characters + 1, '\0');
  const int written =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(written));
  return text;
}

}  // namespace rucola
