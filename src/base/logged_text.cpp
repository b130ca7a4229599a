#include "base/logged_text.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "base/hex.h"

namespace rucola {
namespace {

constexpr std::string_view left_out = "\u2026";

/// A character however often it is escaped: "@", "%40", "%2540".
struct Spelled {
  char character;
  std::size_t length;
};

Spelled spelled_at(std::string_view text, std::size_t at) {
  constexpr std::string_view escaped_percent = "25";
  if (text[at] != '%') return {text[at], 1};
  std::size_t digits = at + 1;
  while (text.substr(digits, 2) == escaped_percent)
    digits += 2;
  if (digits + 2 > text.size()) return {'%', 1};
  const int high = hex_value(text[digits]);
  const int low = hex_value(text[digits + 1]);
  if (high < 0 || low < 0) return {'%', 1};
  return {static_cast<char>(high * 16 + low), digits + 2 - at};
}

bool is_slash(char character) {
  return character == '/' || character == '\\';
}

/// Where a signed URL ends (sigopts) says nothing that could be used.
bool is_secret(std::string_view name) {
  constexpr std::array<std::string_view, 5> secrets{"key", "token", "sig", "secret", "password"};
  const std::string plain = lower(name);
  return plain != "sigopts" &&
         std::ranges::any_of(secrets, [&](std::string_view secret) { return plain.contains(secret); });
}

struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The value of the pair that comes behind a '?' or '&', with its '='; nothing where it is no secret. What is
/// escaped more often than that is a part of the value.
std::optional<Part> secret_value(std::string_view text, std::size_t pair, std::size_t level) {
  std::string name;
  std::size_t at = pair;
  while (at < text.size()) {
    const Spelled next = spelled_at(text, at);
    if (text[at] == ' ') return std::nullopt;  // a sentence, or SQL, and no query
    if (next.character == '=' || next.character == '&' || next.character == '?') break;
    name += next.character;
    at += next.length;
  }
  if (!is_secret(name)) return std::nullopt;
  Part value{.begin = at, .end = at};
  while (value.end < text.size()) {
    const Spelled next = spelled_at(text, value.end);
    if (next.character == '&' && next.length <= level) break;
    if (next.character == '?' && next.length < level) break;
    value.end += next.length;
  }
  return value;
}

/// The name and password of an address whose slashes end there; nothing where it has none.
std::optional<Part> credentials(std::string_view text, std::size_t authority, std::size_t level) {
  std::optional<Part> found;
  for (std::size_t at = authority; at < text.size();) {
    const Spelled next = spelled_at(text, at);
    const bool ends = is_slash(next.character) || next.character == '?' || next.character == '#';
    if (ends && next.length <= level) break;
    if (next.character == '@') found = Part{.begin = authority, .end = at};
    at += next.length;
  }
  return found;
}

/// What is left out stands behind one of these, as written or escaped.
bool may_hold_secrets(std::string_view text) {
  return text.contains('?') || text.contains('&') || text.contains('%') || text.contains('\\') ||
         text.contains("//") || text.contains(":/");
}

}  // namespace

std::string_view logged_text(std::string_view text, std::string& storage) {
  storage.clear();
  if (!may_hold_secrets(text)) return text;
  std::size_t copied = 0;
  const auto leave_out = [&](Part part, std::string_view instead) {
    storage.append(text.substr(copied, part.begin - copied)).append(instead).append(left_out);
    copied = part.end;
  };
  char before = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [character, length] = spelled_at(text, at);
    at += length;
    if (character == '?' || character == '&') {
      if (const auto value = secret_value(text, at, length)) {
        leave_out(*value, "=");
        at = value->end;
      }
    } else if (is_slash(character) && (is_slash(before) || before == ':')) {
      if (const auto secret = credentials(text, at, length)) {
        leave_out(*secret, "");
        at = secret->end;
      }
    }
    before = character;
  }
  if (storage.empty()) return text;
  storage.append(text.substr(copied));
  return storage;
}

std::string logged_text(std::string_view text) {
  std::string storage;
  return std::string(logged_text(text, storage));
}

}  // namespace rucola
