#include "expression/pattern.h"

#include <string>

#include <re2/re2.h>

#include "base/wording.h"

namespace rucola::expression {
namespace {

constexpr std::string_view modifiers = "imsuUD";

struct Parts {
  std::string_view body;
  std::string_view modifiers;
};

char closing(char opening) {
  constexpr std::string_view pairs = "()[]{}<>";
  const std::size_t place = pairs.find(opening);
  return place != std::string_view::npos && place % 2 == 0 ? pairs[place + 1] : opening;
}

bool may_delimit(char c) {
  const bool is_name = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return c > ' ' && c <= '~' && c != '\\' && !is_name;
}

std::unexpected<Reason> refuse_pattern(std::string_view written, const std::string& why) {
  return refuse("the regular expression " + in_quotes(written) + " is not valid: " + why);
}

std::expected<Parts, Reason> parts_of(std::string_view written) {
  const std::size_t start = written.find_first_not_of(" \t\n\r\v\f");
  if (start == std::string_view::npos || !may_delimit(written[start])) {
    return refuse_pattern(written, "it stands between two delimiters, as in \"/^a+$/\"");
  }
  const char end = closing(written[start]);
  const std::size_t last = written.rfind(end);
  if (last == start)
    return refuse_pattern(written, std::string("it has no closing delimiter \"") + end + "\"");
  const Parts parts{.body = written.substr(start + 1, last - start - 1),
                    .modifiers = written.substr(last + 1)};
  const std::size_t unknown = parts.modifiers.find_first_not_of(modifiers);
  if (unknown != std::string_view::npos) {
    return refuse_pattern(
        written, "after the closing delimiter only the modifiers i, m, s, u, U and D may stand, not " +
                     in_quotes(parts.modifiers.substr(unknown, 1)));
  }
  return parts;
}

/// RE2's text for the problem, without the part of the pattern that it quotes.
std::string why_refused(const re2::RE2& compiled) {
  switch (compiled.error_code()) {
    case re2::RE2::ErrorBadPerlOp:
    case re2::RE2::ErrorBadEscape:
      return compiled.error() + " (look-around and back references are not supported)";
    case re2::RE2::ErrorPatternTooLarge:
      return "it is too large";
    default:
      return compiled.error();
  }
}

}  // namespace

std::expected<Pattern, Reason> Pattern::compile(std::string_view written) {
  constexpr std::size_t most_bytes = 4096;
  if (written.size() > most_bytes) return refuse("a regular expression may have 4096 bytes, not more");
  const std::expected<Parts, Reason> parts = parts_of(written);
  if (!parts) return std::unexpected(parts.error());
  std::string flags;
  for (const char flag : std::string_view("imsU")) {
    if (parts->modifiers.contains(flag)) flags += flag;
  }
  const std::string body(parts->body);
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  constexpr std::int64_t memory = std::int64_t{128}
                                  << 10;  // keeps programs to some thousands of instructions
  options.set_max_mem(memory);
  auto compiled = std::make_shared<const re2::RE2>(flags.empty() ? body : "(?" + flags + ")" + body, options);
  if (!compiled->ok()) return refuse_pattern(written, why_refused(*compiled));
  return Pattern(std::move(compiled));
}

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

std::int64_t Pattern::cost(std::string_view text) const {
  constexpr std::int64_t instructions_a_step = 32;
  return 1 + std::int64_t{compiled_->ProgramSize()} * static_cast<std::int64_t>(text.size()) /
                 instructions_a_step;
}

std::int64_t Pattern::cost_of_compiling() const {
  constexpr std::int64_t least = 20;
  return least + std::int64_t{compiled_->ProgramSize()} * 4;
}

}  // namespace rucola::expression
