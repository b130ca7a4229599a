#include "render/worker/svg/css_pieces.h"

#include <algorithm>

#include "base/text.h"

namespace rucola::render::worker {
namespace {

constexpr std::string_view space = " \t\r\n\f";

/// The first of `ends` that is in no quotes and no brackets; npos where there is none.
std::size_t find_outside(std::string_view text, std::string_view ends) {
  int depth = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (depth == 0 && ends.contains(c)) {
      return at;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      depth = std::max(0, depth - 1);
    }
  }
  return std::string_view::npos;
}

/// Takes what precedes the first of `ends` off the front, and the end with it.
std::string_view take_before(std::string_view& text, std::string_view ends) {
  const std::size_t end = std::min(find_outside(text, ends), text.size());
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

}  // namespace

std::string without_css_comments(std::string_view style) {
  std::string result;
  result.reserve(style.size());
  while (!style.empty()) {
    const std::size_t begin = style.find("/*");
    result += style.substr(0, begin);
    if (begin == std::string_view::npos) break;
    result += ' ';
    const std::size_t end = style.find("*/", begin + 2);
    if (end == std::string_view::npos) break;
    style.remove_prefix(end + 2);
  }
  return result;
}

std::vector<CssDeclaration> css_declarations(std::string_view block) {
  std::vector<CssDeclaration> declarations;
  while (!block.empty()) {
    const std::string_view piece = take_before(block, ";");
    const std::size_t colon = piece.find(':');
    if (colon == std::string_view::npos) continue;
    declarations.push_back({trimmed(piece.substr(0, colon), space), trimmed(piece.substr(colon + 1), space)});
  }
  return declarations;
}

std::vector<CssRule> css_rules(std::string_view sheet) {
  std::vector<CssRule> rules;
  while (!sheet.empty()) {
    const std::string_view before = sheet;
    const std::size_t end = find_outside(sheet, "{;");
    const bool has_block = end != std::string_view::npos && sheet[end] == '{';
    const std::string_view selector = trimmed(take_before(sheet, "{;"), space);
    const std::string_view block = has_block ? take_before(sheet, "}") : std::string_view();
    if (selector.empty() && !has_block) continue;
    const bool is_known = has_block && !selector.starts_with('@');
    rules.push_back({.selector = is_known ? selector : std::string_view(),
                     .block = block,
                     .text = before.substr(0, before.size() - sheet.size())});
  }
  return rules;
}

std::vector<std::string_view> css_list(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty())
    pieces.push_back(trimmed(take_before(text, ","), space));
  return pieces;
}

std::size_t closing_bracket(std::string_view text) {
  return find_outside(text, ")");
}

}  // namespace rucola::render::worker
