#include "cli/shell_word.h"

#include <algorithm>

namespace rucola::cli {
namespace {

constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:,@%=";

/// Characters beyond ASCII are plain to a shell.
bool is_plain(char byte) {
  return plain.contains(byte) || static_cast<unsigned char>(byte) >= 0x80;
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string(text);
  std::string word = "'";
  for (const char byte : text) {
    if (byte == '\'') {
      word += R"('\'')";
    } else {
      word += byte;
    }
  }
  return word + "'";
}

}  // namespace rucola::cli
