#include "expression/lexer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "expression/number_text.h"
#include "expression/text_literal.h"

namespace rucola::expression {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view white_space = " \t\n\r\v\f";

/// Longer ones before those that they start with.
constexpr std::array symbols{"==="sv, "!=="sv, "=="sv, "!="sv, "<="sv, ">="sv, "<<"sv, ">>"sv, "&&"sv,
                             "||"sv,  "**"sv,  ".."sv, "??"sv, "?."sv, "<"sv,  ">"sv,  "!"sv,  "|"sv,
                             "^"sv,   "&"sv,   "+"sv,  "-"sv,  "~"sv,  "*"sv,  "/"sv,  "%"sv,  "?"sv,
                             ":"sv,   "."sv,   ","sv,  "("sv,  ")"sv,  "["sv,  "]"sv,  "{"sv,  "}"sv};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continues_name(char c) {
  return starts_name(c) || is_digit(c);
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::expected<std::vector<Token>, Problem> run() {
    std::vector<Token> tokens;
    while (true) {
      skip_white_space();
      std::expected<Token, Problem> token = next();
      if (!token) return std::unexpected(token.error());
      tokens.push_back(std::move(*token));
      if (tokens.back().kind == Token::Kind::end) return tokens;
    }
  }

 private:
  void skip_white_space() { at_ = std::min(text_.find_first_not_of(white_space, at_), text_.size()); }

  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  std::expected<Token, Problem> next() {
    if (at_ == text_.size()) return Token{.kind = Token::Kind::end, .offset = at_, .words = {}, .value = {}};
    if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) return number();
    if (peek() == '"' || peek() == '\'') return text();
    if (peek() == '$') return variable();
    if (starts_name(peek())) return token(Token::Kind::name, name_length(at_));
    return symbol();
  }

  Token token(Token::Kind kind, std::size_t length, Value value = {}) {
    Token token{.kind = kind, .offset = at_, .words = text_.substr(at_, length), .value = std::move(value)};
    at_ += length;
    return token;
  }

  [[nodiscard]] std::size_t name_length(std::size_t from) const {
    std::size_t end = from;
    while (end < text_.size() && continues_name(text_[end]))
      ++end;
    return end - from;
  }

  /// Digits, with single underscores between them.
  [[nodiscard]] std::size_t digits_end(std::size_t from) const {
    std::size_t end = from;
    while (end < text_.size() &&
           (is_digit(text_[end]) || (text_[end] == '_' && end > from && end + 1 < text_.size() &&
                                     is_digit(text_[end - 1]) && is_digit(text_[end + 1])))) {
      ++end;
    }
    return end;
  }

  std::expected<Token, Problem> number() {
    std::size_t end = digits_end(at_);
    const auto is_at = [&](std::size_t place, std::string_view characters) {
      return place < text_.size() && characters.contains(text_[place]);
    };
    // "1..5" is a range, not "1." and ".5".
    if (is_at(end, ".") && !is_at(end + 1, ".")) end = digits_end(end + 1);
    if (is_at(end, "eE")) {
      const std::size_t exponent = end + (is_at(end + 1, "+-") ? 2 : 1);
      if (digits_end(exponent) > exponent) end = digits_end(exponent);
    }
    std::string written(text_.substr(at_, end - at_));
    std::erase(written, '_');
    const std::optional<Value> value = number_of(written);
    if (!value || !std::isfinite(value->as_double()))
      return std::unexpected(Problem{at_, "this number is too large"});
    return token(Token::Kind::number, end - at_, *value);
  }

  std::expected<Token, Problem> text() {
    std::expected<TextLiteral, Problem> literal = read_text_literal(text_, at_);
    if (!literal) return std::unexpected(literal.error());
    return token(Token::Kind::text, literal->length, std::move(literal->value));
  }

  std::expected<Token, Problem> variable() {
    const std::size_t length = name_length(at_ + 1);
    if (length == 0) {
      return std::unexpected(
          Problem{at_, "a variable's name (letters, digits, underscores) is expected after \"$\""});
    }
    Token name = token(Token::Kind::variable, 1 + length);
    name.words.remove_prefix(1);
    return name;
  }

  std::expected<Token, Problem> symbol() {
    for (const std::string_view candidate : symbols) {
      if (!text_.substr(at_).starts_with(candidate)) continue;
      // `$a ?.5 : 1` asks for .5, not for a property.
      if (candidate == "?." && is_digit(peek(2))) continue;
      return token(Token::Kind::symbol, candidate.size());
    }
    return std::unexpected(Problem{at_, unexpected_character()});
  }

  [[nodiscard]] std::string unexpected_character() const {
    if (peek() == '=') return "\"=\" alone has no meaning here; to compare, write \"==\"";
    if (peek() > ' ' && peek() <= '~')
      return std::string("the character \"") + peek() + "\" has no meaning here";
    return "a character that has no meaning outside of texts; texts stand in quotes";
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::expected<std::vector<Token>, Problem> tokenize(std::string_view text) {
  return Lexer(text).run();
}

}  // namespace rucola::expression
