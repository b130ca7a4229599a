// Tokens of HTTP (RFC 9110, section 5.6.2), which methods and the names of headers are. Pure and thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace rucola {

inline constexpr std::array<bool, 256> http_token_characters = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c)
    table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c)
    table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c)
    table[c] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

constexpr bool is_http_token_character(char c) {
  return http_token_characters[static_cast<unsigned char>(c)];
}

constexpr bool is_http_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_http_token_character);
}

}  // namespace rucola
