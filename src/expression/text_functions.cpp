#include <algorithm>
#include <array>
#include <cstdint>

#include <boost/json/serialize.hpp>

#include "base/ascii.h"
#include "base/hex.h"
#include "base/text.h"
#include "base/utf8.h"
#include "expression/arithmetic.h"
#include "expression/function_table.h"
#include "expression/value_json.h"

namespace rucola::expression {
namespace {

using Arguments = std::span<const Value>;

/// The arguments as texts, paid for.
std::expected<std::vector<std::string>, Reason> texts_of(Arguments arguments, Budget& budget) {
  std::vector<std::string> texts;
  for (const Value& argument : arguments) {
    if (argument.is_array()) return refuse("a text is expected, not an array");
    if (!budget.spend(argument.weight())) return std::unexpected(budget.too_many_steps());
    texts.push_back(argument.to_text());
  }
  return texts;
}

/// A function of one text.
template <std::string (*function)(const std::string&)>
Outcome of_text(Arguments arguments, Budget& budget) {
  const auto texts = texts_of(arguments, budget);
  if (!texts) return std::unexpected(texts.error());
  return budget.made(function(texts->front()));
}

std::int64_t characters(std::string_view text) {
  return std::ranges::count_if(text, starts_character);
}

/// Where the character with that number starts; the text's end past the last one.
std::size_t byte_of_character(std::string_view text, std::int64_t number) {
  std::size_t place = 0;
  for (; place < text.size(); ++place) {
    if (starts_character(text[place]) && number-- == 0) break;
  }
  return place;
}

Outcome length(Arguments arguments, Budget& budget) {
  const auto texts = texts_of(arguments, budget);
  if (!texts) return std::unexpected(texts.error());
  return characters(texts->front());
}

Outcome part(Arguments arguments, Budget& budget) {
  const auto texts = texts_of(arguments.first(1), budget);
  if (!texts) return std::unexpected(texts.error());
  const auto start = integer_for("", arguments[1]);
  if (!start) return std::unexpected(start.error());
  const std::string& text = texts->front();
  const std::int64_t count = characters(text);
  const bool is_open = arguments.size() < 3 || arguments[2].is_null();
  const auto length = is_open ? count : integer_for("", arguments[2]);
  if (!length) return std::unexpected(length.error());
  const std::int64_t first = *start < 0 ? std::max<std::int64_t>(count + *start, 0) : std::min(*start, count);
  // A negative length leaves out that many characters at the end.
  const std::int64_t last =
      *length < 0 ? std::max(count + *length, first) : first + std::min(*length, count - first);
  const std::size_t from = byte_of_character(text, first);
  return text.substr(from, byte_of_character(text, last) - from);
}

std::string in_small_letters(const std::string& text) {
  return lower(text);
}

std::string in_capitals(const std::string& text) {
  return upper(text);
}

std::string without_outer_space(const std::string& text) {
  return std::string(trimmed(text, std::string_view(" \t\n\r\0\v", 6)));
}

std::string itself(const std::string& text) {
  return text;
}

std::string percent_encoded(const std::string& text, std::string_view kept, std::string_view space) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const char low = lower(c);
    if ((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || kept.contains(c)) {
      result += c;
    } else if (c == ' ') {
      result += space;
    } else {
      result += '%';
      append_hex(result, byte, upper_hex_digits);
    }
  }
  return result;
}

std::string url_encoded(const std::string& text) {
  return percent_encoded(text, "-_.", "+");
}

std::string raw_url_encoded(const std::string& text) {
  return percent_encoded(text, "-_.~", "%20");
}

Outcome replaced(Arguments arguments, Budget& budget) {
  const auto texts = texts_of(arguments, budget);
  if (!texts) return std::unexpected(texts.error());
  const std::string& searched = (*texts)[0];
  const std::string& replacement = (*texts)[1];
  const std::string& text = (*texts)[2];
  if (searched.empty()) return text;
  if (!budget.spend(arguments[2].weight() * arguments[0].weight()))
    return std::unexpected(budget.too_many_steps());
  std::string result;
  std::size_t from = 0;
  for (std::size_t found = text.find(searched); found != std::string::npos;
       found = text.find(searched, from)) {
    result.append(text, from, found - from).append(replacement);
    from = found + searched.size();
    if (!budget.allows_text(result.size())) return std::unexpected(budget.text_too_long());
  }
  return budget.made(result.append(text, from));
}

Outcome encoded_as_json(Arguments arguments, Budget& budget) {
  if (!budget.spend(arguments[0].weight())) return std::unexpected(budget.too_many_steps());
  return budget.made(boost::json::serialize(to_json(arguments[0])));
}

const std::array rows{
    Function{{"strlen", "strlen(text)", "how many characters it has"}, 1, 1, length},
    Function{{"substr", "substr(text, start, length = to the end)",
              "a part of a text, in characters from 0; negative numbers count from the end"},
             2,
             3,
             part},
    Function{{"strtolower", "strtolower(text)", "A to Z in small letters"}, 1, 1, of_text<in_small_letters>},
    Function{{"strtoupper", "strtoupper(text)", "a to z in capitals"}, 1, 1, of_text<in_capitals>},
    Function{{"trim", "trim(text)", "without white space at both ends"}, 1, 1, of_text<without_outer_space>},
    Function{{"str_replace", "str_replace(search, replacement, text)", "with all occurrences replaced"},
             3,
             3,
             replaced},
    Function{{"strval", "strval(value)", "the value as a text"}, 1, 1, of_text<itself>},
    Function{{"urlencode", "urlencode(text)", "as a form's value in a URL; a space is \"+\""},
             1,
             1,
             of_text<url_encoded>},
    Function{{"rawurlencode", "rawurlencode(text)", "as a part of a URL's path; a space is \"%20\""},
             1,
             1,
             of_text<raw_url_encoded>},
    Function{{"json_encode", "json_encode(value)", "the value as JSON"}, 1, 1, encoded_as_json},
};

}  // namespace

std::span<const Function> text_functions() {
  return rows;
}

}  // namespace rucola::expression
