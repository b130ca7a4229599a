// A style sheet cut into its rules and declarations, as far as replacing CSS variables takes. What is no CSS
// comes out as some piece or other: librsvg has the last word on that.
//
// Pure; views into the text. Hostile input is expected. Time is linear in the size.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rucola::render::worker {

struct CssDeclaration {
  std::string_view name;
  std::string_view value;
};

struct CssRule {
  std::string_view selector;  ///< empty: a rule with an @, and nothing is known of it but its text
  std::string_view block;     ///< between the braces
  std::string_view text;      ///< all of it
};

std::string without_css_comments(std::string_view style);
std::vector<CssDeclaration> css_declarations(std::string_view block);
std::vector<CssRule> css_rules(std::string_view sheet);
/// At commas outside of brackets and quotes.
std::vector<std::string_view> css_list(std::string_view text);

/// The position of the bracket that closes the one before `text`; npos where there is none.
std::size_t closing_bracket(std::string_view text);

}  // namespace rucola::render::worker
