#include "render/worker/svg/svg_policy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "render/worker/svg/svg_font_sizes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view space = " \t\r\n\f";

std::string shown(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string result;
  for (const char c : text.substr(0, most))
    result += (c >= ' ' && c <= '~' && c != '"') ? c : '?';
  return result;
}

struct Attribute {
  std::string_view name;
  std::string_view value;  ///< as written, character references and all
};

/// One piece of the document between two angle brackets, or the text before it.
struct Token {
  enum class Kind { text, tag, declaration, instruction, comment, cdata, end } kind = Kind::end;
  std::string_view content;  ///< without its brackets
};

/// Cuts a document into tokens. It need not be well-formed: librsvg has the last word on that.
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view document) : rest_(document) {
    if (rest_.starts_with("\xef\xbb\xbf"sv)) rest_.remove_prefix(3);
  }

  Token next() {
    if (rest_.empty()) return {};
    if (rest_.front() != '<') return take(Token::Kind::text, 0, rest_.find('<'), 0);
    if (rest_.starts_with("<!--")) return take(Token::Kind::comment, 4, rest_.find("-->", 4), 3);
    if (rest_.starts_with("<![CDATA[")) return take(Token::Kind::cdata, 9, rest_.find("]]>", 9), 3);
    if (rest_.starts_with("<?")) return take(Token::Kind::instruction, 2, rest_.find("?>", 2), 2);
    if (rest_.starts_with("<!")) return take(Token::Kind::declaration, 2, end_of_tag(2), 1);
    return take(Token::Kind::tag, 1, end_of_tag(1), 1);
  }

 private:
  /// The closing bracket outside quotes; a DOCTYPE with an internal subset ends at its first bracket or
  /// earlier, which is enough to refuse it.
  [[nodiscard]] std::size_t end_of_tag(std::size_t from) const {
    char quote = 0;
    for (std::size_t at = from; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return at;
      }
    }
    return std::string_view::npos;
  }

  Token take(Token::Kind kind, std::size_t opening, std::size_t end, std::size_t closing) {
    end = std::min(end, rest_.size());
    const std::string_view content = rest_.substr(std::min(opening, end), end - std::min(opening, end));
    rest_.remove_prefix(std::min(rest_.size(), end + closing));
    return {kind, content};
  }

  std::string_view rest_;
};

std::string_view element_name(std::string_view tag) {
  const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n\f/>"));
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// Takes the next attribute off the front of what follows an element's name.
std::optional<Attribute> take_attribute(std::string_view& rest) {
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos) return {};
  std::string_view name = trimmed(rest.substr(0, equals), space);
  if (const std::size_t last_space = name.find_last_of(space); last_space != std::string_view::npos) {
    name.remove_prefix(last_space + 1);
  }
  rest = rest.substr(equals + 1);
  const std::size_t start = rest.find_first_not_of(space);
  if (start == std::string_view::npos) return {};
  const char quote = rest[start];
  if (quote != '"' && quote != '\'') return {};  // librsvg refuses the document
  const std::size_t end = rest.find(quote, start + 1);
  if (end == std::string_view::npos) return {};
  const Attribute attribute{name, rest.substr(start + 1, end - start - 1)};
  rest.remove_prefix(end + 1);
  return attribute;
}

/// No scheme, keyword or fragment sign needs more than ASCII.
void append_ascii(std::string& to, std::uint32_t code) {
  to += code < 0x80 ? static_cast<char>(code) : '?';
}

/// Character references resolved, so that `&#102;ile:` is seen for what it is.
std::string decoded(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> names{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  std::string result;
  while (!text.empty()) {
    const std::size_t ampersand = text.find('&');
    result += text.substr(0, ampersand);
    if (ampersand == std::string_view::npos) break;
    text.remove_prefix(ampersand + 1);
    const std::size_t semicolon = text.find(';');
    if (semicolon == std::string_view::npos) break;
    const std::string_view reference = text.substr(0, semicolon);
    text.remove_prefix(semicolon + 1);
    if (reference.starts_with('#')) {
      const bool hex = reference.starts_with("#x") || reference.starts_with("#X");
      std::uint32_t code = '?';
      const std::string_view digits = reference.substr(hex ? 2 : 1);
      std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
      append_ascii(result, code);
    } else {
      const auto* found = std::ranges::find(names, reference, &std::pair<std::string_view, char>::first);
      result += found == names.end() ? '?' : found->second;
    }
  }
  return result;
}

/// A place inside the file, or a bitmap that is part of it.
bool is_internal(std::string_view link) {
  const std::string target = lower(trimmed(link, space));
  if (target.empty() || target.starts_with('#')) return true;
  return std::ranges::any_of(std::array{"data:image/png"sv, "data:image/jpeg"sv, "data:image/jpg"sv,
                                        "data:image/gif"sv, "data:image/webp"sv},
                             [&](std::string_view allowed) { return target.starts_with(allowed); });
}

/// Of the kinds that fonts are found under; librsvg draws with those of the machine instead.
bool is_embedded_font(std::string_view link) {
  constexpr std::array kinds{"data:font/"sv,
                             "data:application/font"sv,
                             "data:application/x-font"sv,
                             "data:application/vnd.ms-fontobject"sv,
                             "data:application/vnd.ms-opentype"sv,
                             "data:application/octet-stream"sv,
                             "data:application/x-woff"sv,
                             "data:application/woff"sv,
                             "data:;base64,"sv};
  const std::string target = lower(trimmed(link, space));
  return std::ranges::any_of(kinds, [&](std::string_view kind) { return target.starts_with(kind); });
}

/// `u\72 l(` is `url(` to a style sheet.
std::string without_css_escapes(std::string_view text) {
  constexpr std::size_t most_digits = 6;
  std::string result;
  while (!text.empty()) {
    const std::size_t backslash = text.find('\\');
    result += text.substr(0, backslash);
    if (backslash == std::string_view::npos || backslash + 1 == text.size()) break;
    text.remove_prefix(backslash + 1);
    std::uint32_t code = 0;
    const char* first = text.data();
    const auto [end, error] = std::from_chars(first, first + std::min(text.size(), most_digits), code, 16);
    if (error != std::errc{}) {  // an escaped character that stands for itself
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    append_ascii(result, code);
    text.remove_prefix(static_cast<std::size_t>(end - first));
    if (!text.empty() && space.contains(text.front())) text.remove_prefix(1);
  }
  return result;
}

using Verdict = std::expected<void, std::string>;

Verdict refuse_link(std::string_view link) {
  return std::unexpected(
      "refers to \"" + shown(trimmed(link, space)) +
      "\"; only places inside the file (#name) and embedded bitmaps (data:image/…: PNG, JPEG, GIF, WebP) are "
      "allowed");
}

std::string_view without_leading_space(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text;
}

/// The beginning of the address that follows `url(`: as much as says where it leads. In quotes it ends at the
/// same quote, and a bracket there is a part of it.
std::string_view address_at(std::string_view rest) {
  constexpr std::size_t most = 64;
  rest = without_leading_space(rest);
  const bool is_quoted = rest.starts_with('"') || rest.starts_with('\'');
  const char end = is_quoted ? rest.front() : ')';
  if (is_quoted) rest = without_leading_space(rest.substr(1));
  rest = rest.substr(0, most);
  return rest.substr(0, rest.find(end));
}

/// Styles, in attributes and in <style>.
Verdict check_style(std::string_view text, SvgUse use) {
  const std::string style = lower(without_css_escapes(text));
  if (style.contains("@import")) {
    return std::unexpected(std::string("imports style sheets (@import), which is not allowed"));
  }
  for (std::size_t at = style.find("url("); at != std::string::npos; at = style.find("url(", at + 1)) {
    const std::string_view target = address_at(std::string_view(style).substr(at + 4));
    const bool is_drawn_without = use == SvgUse::drawing && is_embedded_font(target);
    if (!is_internal(target) && !is_drawn_without) return refuse_link(target);
  }
  return {};
}

bool is_hyperlink(std::string_view name) {
  return name == "href" || name.ends_with(":href");
}

Verdict check_attribute(std::string_view element, const Attribute& attribute, SvgUse use) {
  const std::string name = lower(attribute.name);
  const std::string value = decoded(attribute.value);
  const bool is_link = is_hyperlink(name) || name == "src" || name == "xml:base";
  const bool is_followed_by_people = use == SvgUse::drawing && element == "a" && is_hyperlink(name);
  if (is_link && !is_followed_by_people && !is_internal(value)) return refuse_link(value);
  return check_style(value, use);
}

Verdict check_tag(std::string_view tag, SvgUse use) {
  std::string_view rest = tag.substr(std::min(tag.size(), tag.find_first_of(space)));
  while (const auto attribute = take_attribute(rest)) {
    if (auto verdict = check_attribute(element_name(tag), *attribute, use); !verdict) return verdict;
  }
  return {};
}

/// A DOCTYPE that only names the standard is inert, and every other drawing program writes one.
Verdict check_declaration(std::string_view declaration) {
  const std::string text = lower(declaration);
  if (!text.starts_with("doctype") || text.contains('[')) {
    return std::unexpected(std::string("declares what is not allowed (<!ENTITY, <!DOCTYPE … [)"));
  }
  return {};
}

/// An encoding in which ASCII is not ASCII would let a link pass unseen.
Verdict check_encoding(std::string_view xml_declaration) {
  const std::size_t found = xml_declaration.find("encoding");
  if (found == std::string_view::npos) return {};
  std::string_view rest = xml_declaration.substr(found);
  const auto attribute = take_attribute(rest);
  constexpr std::array allowed{"utf-8"sv,      "utf8"sv,        "us-ascii"sv,
                               "iso-8859-1"sv, "iso-8859-15"sv, "windows-1252"sv};
  if (attribute && std::ranges::find(allowed, attribute->value) != allowed.end()) return {};
  return std::unexpected(
      std::string("is in an encoding other than UTF-8, US-ASCII, ISO-8859-1, ISO-8859-15 or "
                  "Windows-1252"));
}

Verdict check_instruction(std::string_view instruction) {
  const std::string text = lower(instruction);
  const std::string_view target = std::string_view(text).substr(0, text.find_first_of(space));
  if (target == "xml") return check_encoding(text);
  if (target == "xml-stylesheet") {
    return std::unexpected(std::string("refers to a style sheet (<?xml-stylesheet), which is not allowed"));
  }
  return {};
}

/// librsvg 2.54 does not survive one that has nothing to repeat, such as that of an element outside of the
/// picture, and where an element lies, only librsvg knows.
Verdict check_filter(std::string_view tag) {
  if (element_name(tag) != "feTile") return {};
  return std::unexpected(std::string("repeats a part of a filter (feTile), which can't be drawn here"));
}

Verdict check_token(const Token& token, SvgUse use) {
  switch (token.kind) {
    case Token::Kind::tag:
      if (auto verdict = check_filter(token.content); !verdict) return verdict;
      return check_tag(token.content, use);
    case Token::Kind::declaration:
      return check_declaration(token.content);
    case Token::Kind::instruction:
      return check_instruction(token.content);
    default:
      return {};
  }
}

std::vector<FontSize> own_font_sizes(std::string_view tag) {
  std::vector<FontSize> sizes;
  std::string_view rest = tag.substr(std::min(tag.size(), tag.find_first_of(space)));
  while (const auto attribute = take_attribute(rest)) {
    if (attribute->name != "font-size" && attribute->name != "style") continue;
    const std::string value = lower(decoded(attribute->value));
    const auto own =
        attribute->name == "style" ? declared_font_sizes(without_css_escapes(value)) : font_sizes_of(value);
    sizes.insert(sizes.end(), own.begin(), own.end());
  }
  return sizes;
}

/// librsvg draws what is inside of each other by functions inside of each other: as deep as libxml2 reads it.
constexpr int deepest_element = 256;

/// How deep the tag lies, or lay.
bool is_too_deep(std::string_view tag, int& depth) {
  if (tag.starts_with('/')) {
    depth = std::max(0, depth - 1);
    return false;
  }
  if (tag.ends_with('/')) return depth >= deepest_element;
  return ++depth > deepest_element;
}

void add_font_sizes(FontSizes& sizes, std::string_view tag) {
  if (tag.starts_with('/')) return sizes.end();
  sizes.begin(own_font_sizes(tag));
  if (tag.ends_with('/')) sizes.end();
}

/// What the document's <style> elements say. Comments and elements between its pieces are no part of it, so
/// that the pieces are looked at together.
class StyleText {
 public:
  void add(const Token& token) {
    if (token.kind == Token::Kind::tag) count(token.content);
    if (depth_ == 0) return;
    if (token.kind == Token::Kind::text) text_ += decoded(token.content);
    if (token.kind == Token::Kind::cdata) text_ += token.content;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void count(std::string_view tag) {
    const bool closes = tag.starts_with('/');
    if (element_name(tag.substr(closes ? 1 : 0)) != "style") return;
    if (closes) {
      depth_ = std::max(0, depth_ - 1);
    } else if (!tag.ends_with('/')) {
      ++depth_;
    }
  }

  int depth_ = 0;
  std::string text_;
};

}  // namespace

bool looks_like_svg(std::string_view bytes) {
  Tokenizer tokenizer(bytes);
  for (;;) {
    const Token token = tokenizer.next();
    switch (token.kind) {
      case Token::Kind::tag:
        return element_name(token.content) == "svg";
      case Token::Kind::text:
        // The rest of a DOCTYPE's internal subset.
        if (const auto text = trimmed(token.content, space); !text.empty() && text != "]>") return false;
        break;
      case Token::Kind::cdata:
      case Token::Kind::end:
        return false;
      default:
        break;
    }
  }
}

std::expected<void, std::string> check_svg(std::string_view bytes, SvgUse use) {
  if (bytes.contains('\0')) {
    return std::unexpected(std::string("has zero bytes in its text"));
  }
  Tokenizer tokenizer(bytes);
  StyleText styles;
  FontSizes font_sizes;
  int depth = 0;
  for (Token token = tokenizer.next(); token.kind != Token::Kind::end; token = tokenizer.next()) {
    if (auto verdict = check_token(token, use); !verdict) return verdict;
    styles.add(token);
    if (token.kind != Token::Kind::tag) continue;
    add_font_sizes(font_sizes, token.content);
    if (is_too_deep(token.content, depth)) {
      return std::unexpected("has elements inside of each other more than " +
                             std::to_string(deepest_element) + " deep");
    }
  }
  if (!font_sizes.are_bounded(declared_font_sizes(lower(without_css_escapes(styles.text()))))) {
    return std::unexpected("has letters of more than " + std::to_string(std::lround(largest_font_size)) +
                           " pixels (font-size, and those it is relative to)");
  }
  return check_style(styles.text(), use);
}

std::string root_attribute(std::string_view bytes, std::string_view name) {
  Tokenizer tokenizer(bytes);
  Token token = tokenizer.next();
  while (token.kind != Token::Kind::tag && token.kind != Token::Kind::end)
    token = tokenizer.next();
  std::string_view rest =
      token.content.substr(std::min(token.content.size(), token.content.find_first_of(space)));
  while (const auto attribute = take_attribute(rest)) {
    if (attribute->name == name) return decoded(attribute->value);
  }
  return {};
}

std::vector<EmbeddedBitmap> embedded_bitmaps(std::string_view document) {
  std::vector<EmbeddedBitmap> bitmaps;
  Tokenizer tokenizer(document);
  for (Token token = tokenizer.next(); token.kind != Token::Kind::end; token = tokenizer.next()) {
    if (token.kind != Token::Kind::tag) continue;
    std::string_view rest =
        token.content.substr(std::min(token.content.size(), token.content.find_first_of(space)));
    while (const auto attribute = take_attribute(rest)) {
      if (!is_hyperlink(lower(attribute->name))) continue;
      if (!lower(without_leading_space(attribute->value.substr(0, 64))).starts_with("data:image/")) continue;
      bitmaps.push_back({.at = static_cast<std::size_t>(attribute->value.data() - document.data()),
                         .bytes = attribute->value.size(),
                         .address = decoded(attribute->value)});
    }
  }
  return bitmaps;
}

}  // namespace rucola::render::worker
