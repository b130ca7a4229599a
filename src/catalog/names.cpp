#include "catalog/names.h"

#include <algorithm>

#include "base/hex.h"

namespace rucola::catalog {
namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_letter_or_digit(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
  return is_letter_or_digit(c) || c == '_';
}
bool is_word_or_hyphen(char c) {
  return is_word(c) || c == '-';
}

}  // namespace

bool is_organization_name(std::string_view text) {
  return text.size() >= 2 && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         text != api_label &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_alias_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, is_word);
}

bool is_preview_stack_name(std::string_view text) {
  return text.starts_with("_preview") && text.size() <= 100 && std::ranges::all_of(text, is_word_or_hyphen);
}

bool is_stack_name(std::string_view text) {
  if (is_preview_stack_name(text)) return true;
  return !text.empty() && text.size() <= 100 && text != "dynamic" && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(text, is_word_or_hyphen);
}

bool is_full_hash(std::string_view text) {
  return text.size() == 40 && is_lower_hex(text);
}

bool is_hash_or_prefix(std::string_view text) {
  return text.size() >= 6 && text.size() <= 40 && is_lower_hex(text);
}

}  // namespace rucola::catalog
