#include "base/base64url.h"

#include <algorithm>

#include <openssl/evp.h>

#include "base/base64.h"

namespace rucola {
namespace {

constexpr std::size_t group_bytes = 3;
constexpr std::size_t group_characters = 4;

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  text.resize(std::min(text.find('='), text.size()));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::optional<std::string> parse_base64url(std::string_view text) {
  std::string padded(text);
  std::ranges::replace(padded, '-', '+');
  std::ranges::replace(padded, '_', '/');
  const std::size_t padding = (group_characters - padded.size() % group_characters) % group_characters;
  padded.append(padding, '=');
  std::string bytes(padded.size() / group_characters * group_bytes, '\0');
  const int read =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(padded.data()), static_cast<int>(padded.size()));
  if (read < 0 || padding >= group_bytes) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(read) - padding);  // OpenSSL counts the padding as zeros
  if (base64url(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace rucola
