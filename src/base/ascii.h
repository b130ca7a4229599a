// Letters of protocols and formats: A to Z, whatever the locale. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace rucola {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
std::string lower(std::string_view text);
std::string upper(std::string_view text);

/// Of ASCII letters; everything else must be the same.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace rucola
