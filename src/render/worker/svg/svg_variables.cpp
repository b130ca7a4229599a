#include "render/worker/svg/svg_variables.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "render/worker/svg/css_pieces.h"
#include "render/worker/svg/svg_document.h"
#include "render/worker/svg/svg_text.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view space = " \t\r\n\f";
constexpr int deepest = 16;
/// In bytes: also of one that is empty. Variables that name each other twelve deep took ten seconds.
constexpr std::int64_t cost_of_a_value = 64;

bool is_variable(std::string_view name) {
  return name.starts_with("--");
}

bool is_of_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// Where "var(" begins; npos where there is none.
std::size_t find_use(std::string_view value) {
  for (std::size_t at = value.find('('); at != std::string_view::npos; at = value.find('(', at + 1)) {
    if (at < 3 || !equal_ignoring_case(value.substr(at - 3, 3), "var")) continue;
    if (at == 3 || !is_of_a_name(value[at - 4])) return at - 3;
  }
  return std::string_view::npos;
}

bool uses_variables(std::string_view text) {
  return find_use(text) != std::string_view::npos;
}

/// What a value that can't be told leaves to be seen: of these, that of the surrounding element.
bool is_inherited(std::string_view property) {
  constexpr std::array not_these{"stop-"sv, "flood-"sv,    "lighting-"sv, "opacity"sv,   "filter"sv,
                                 "mask"sv,  "clip-path"sv, "display"sv,   "transform"sv, "overflow"sv};
  return std::ranges::none_of(not_these, [&](std::string_view one) { return property.starts_with(one); });
}

std::string without_important(std::string_view value) {
  return std::string(trimmed(value.substr(0, value.find('!')), space));
}

/// The variables of a document, and what they come to.
class Variables {
 public:
  explicit Variables(xmlNode* root) : root_(root), id_(attribute_of(*root, "id")) {
    read_classes(attribute_of(*root, "class"));
    for (xmlNode* node = root; node != nullptr; node = next_in_document(node)) {
      if (node->type != XML_ELEMENT_NODE) continue;
      if (text_of(node->name) == "style") read_sheet(content_of(*node));
      if (node != root) read_style_of_a_part(*node);
    }
    const std::string style = without_css_comments(attribute_of(*root, "style"));
    for (const CssDeclaration& own : css_declarations(style))
      if (is_variable(own.name)) set(own.name, own.value, of_attributes);
  }

  /// Of a declaration in a style sheet, or where `element` is given in an attribute of it. Nothing where it
  /// can't be told, as in a browser.
  std::optional<std::string> resolved(std::string_view value, const xmlNode* element, int depth = 0) {
    // What comes to nothing has been read as well.
    spent_ += cost_of_a_value + static_cast<std::int64_t>(value.size());
    if (depth > deepest || is_spent()) return std::nullopt;
    std::string result;
    for (;;) {
      const std::size_t at = find_use(value);
      result += value.substr(0, at);
      if (at == std::string_view::npos) break;
      value.remove_prefix(at + 4);
      const std::size_t end = closing_bracket(value);
      if (end == std::string_view::npos) return std::nullopt;
      const auto replacement = resolved_use(value.substr(0, end), element, depth);
      if (!replacement) return std::nullopt;
      result += *replacement;
      value.remove_prefix(end + 1);
    }
    spent_ += static_cast<std::int64_t>(result.size());
    if (is_spent()) return std::nullopt;
    return result;
  }

  [[nodiscard]] bool is_spent() const { return std::cmp_greater(spent_, most_svg_bytes); }
  /// One that was asked for, and is not the same everywhere.
  [[nodiscard]] const std::string& unclear() const { return unclear_; }

 private:
  static constexpr int of_attributes = 1000;

  struct Declared {
    std::string value;
    int weight;
  };

  void set(std::string_view name, std::string_view value, int weight) {
    Declared& declared = of_all_.try_emplace(std::string(name), Declared{{}, 0}).first->second;
    if (weight >= declared.weight) declared = {without_important(value), weight};
  }

  /// How much a selector counts, if it means the root; else nothing.
  [[nodiscard]] std::optional<int> weight_for_root(std::string_view selector) const {
    constexpr std::array<std::pair<std::string_view, int>, 5> known{
        {{"*", 0}, {"svg", 1}, {"html", 1}, {":root", 10}, {"svg:root", 11}}};
    for (const auto& [text, weight] : known)
      if (selector == text) return weight;
    if (selector.starts_with('#') && selector.substr(1) == id_) return 100;
    const bool is_own_class = selector.starts_with('.') && classes_.contains(selector.substr(1));
    return is_own_class ? std::optional(10) : std::nullopt;
  }

  void read_classes(std::string_view classes) {
    while (!classes.empty()) {
      const std::size_t end = std::min(classes.find_first_of(space), classes.size());
      if (end > 0) classes_.emplace(classes.substr(0, end));
      classes.remove_prefix(std::min(end + 1, classes.size()));
    }
  }

  void read_sheet(std::string_view written) {
    const std::string sheet = without_css_comments(written);
    for (const CssRule& rule : css_rules(sheet)) {
      if (rule.selector.empty()) {
        read_conditional(rule.text);
        continue;
      }
      std::optional<int> weight;
      for (const std::string_view selector : css_list(rule.selector))
        weight = std::max(weight, weight_for_root(selector));
      for (const CssDeclaration& declaration : css_declarations(rule.block)) {
        if (!is_variable(declaration.name)) continue;
        if (weight) {
          set(declaration.name, declaration.value, *weight);
        } else {
          of_parts_.emplace(declaration.name);
        }
      }
    }
  }

  /// In @media and the like, which librsvg leaves out: what is declared there.
  void read_conditional(std::string_view text) {
    for (std::size_t at = text.find("--"); at != std::string_view::npos; at = text.find("--", at)) {
      const std::string_view rest = text.substr(at);
      const auto length =
          static_cast<std::size_t>(std::ranges::find_if_not(rest, is_of_a_name) - rest.begin());
      conditional_.emplace(rest.substr(0, length));
      at += std::max<std::size_t>(length, 2);
    }
  }

  void read_style_of_a_part(const xmlNode& element) {
    const std::string style = without_css_comments(attribute_of(element, "style"));
    if (!style.contains("--")) return;
    for (const CssDeclaration& own : css_declarations(style))
      if (is_variable(own.name)) of_style_attributes_.emplace(own.name);
  }

  /// The nearest style attribute that declares it.
  std::optional<std::string> declared_around(std::string_view name, const xmlNode* element) {
    if (!of_style_attributes_.contains(name)) return std::nullopt;
    for (; element != nullptr && element != root_ && element->type == XML_ELEMENT_NODE;
         element = element->parent) {
      const std::string style = without_css_comments(attribute_of(*element, "style"));
      spent_ += static_cast<std::int64_t>(style.size());
      if (is_spent()) return std::nullopt;
      for (const CssDeclaration& own : css_declarations(style))
        if (own.name == name) return without_important(own.value);
    }
    return std::nullopt;
  }

  bool note_unclear(std::string_view name, const xmlNode* element) {
    const bool is_known = of_all_.contains(name);
    const bool differs = of_parts_.contains(name) ||
                         (element == nullptr && of_style_attributes_.contains(name)) ||
                         (!is_known && conditional_.contains(name));
    if (differs) unclear_ = name;
    return differs;
  }

  /// What stands between the brackets: a name, and what to take where nobody has declared it.
  std::optional<std::string> resolved_use(std::string_view use, const xmlNode* element, int depth) {
    const std::size_t comma = std::min(use.find(','), use.size());
    const std::string_view name = trimmed(use.substr(0, comma), space);
    if (note_unclear(name, element)) return std::nullopt;
    const auto around = declared_around(name, element);
    const auto known = of_all_.find(name);
    if (around || known != of_all_.end()) {
      const auto value = resolved(around ? *around : known->second.value, element, depth + 1);
      if (value) return value;
    }
    if (comma == use.size()) return std::nullopt;
    return resolved(trimmed(use.substr(comma + 1), space), element, depth + 1);
  }

  xmlNode* root_;
  std::string id_;
  std::set<std::string, std::less<>> classes_;
  std::map<std::string, Declared, std::less<>> of_all_;
  std::set<std::string, std::less<>> of_parts_;
  std::set<std::string, std::less<>> of_style_attributes_;
  std::set<std::string, std::less<>> conditional_;
  std::int64_t spent_ = 0;
  std::string unclear_;
};

std::string resolved_declarations(std::string_view block, Variables& variables, const xmlNode* element) {
  std::string result;
  for (const CssDeclaration& declaration : css_declarations(block)) {
    if (is_variable(declaration.name)) continue;
    const auto value = variables.resolved(declaration.value, element);
    if (!value && !is_inherited(declaration.name)) continue;
    result.append(declaration.name).append(":").append(value.value_or("inherit")).append(";");
  }
  return result;
}

void resolve_sheet(xmlNode& style, Variables& variables) {
  const std::string sheet = without_css_comments(content_of(style));
  if (!uses_variables(sheet)) return;
  std::string result;
  for (const CssRule& rule : css_rules(sheet)) {
    if (rule.selector.empty()) continue;  // librsvg knows none of them
    result.append(rule.selector)
        .append("{")
        .append(resolved_declarations(rule.block, variables, nullptr))
        .append("}\n");
  }
  xmlNodeSetContent(&style, nullptr);
  xmlNodeAddContentLen(&style, xml_text(result), static_cast<int>(result.size()));
}

void resolve_attributes(xmlNode& element, Variables& variables) {
  std::vector<std::pair<std::string, std::string>> changes;
  for (const xmlAttr* attribute = element.properties; attribute != nullptr; attribute = attribute->next) {
    if (attribute->ns != nullptr) continue;
    const std::string name(text_of(attribute->name));
    const std::string value = attribute_of(element, name.c_str());
    if (uses_variables(value)) changes.emplace_back(name, value);
  }
  // The style last: the others look at what it declares.
  std::ranges::partition(changes, [](const auto& change) { return change.first != "style"; });
  for (const auto& [name, written] : changes) {
    if (name == "style") {
      const std::string style = resolved_declarations(without_css_comments(written), variables, &element);
      xmlSetProp(&element, BAD_CAST "style", xml_text(style));
      continue;
    }
    const auto value = variables.resolved(written, &element);
    if (value || is_inherited(name)) {
      xmlSetProp(&element, xml_text(name), xml_text(value.value_or("inherit")));
    } else {
      xmlUnsetProp(&element, xml_text(name));
    }
  }
}

}  // namespace

Result<void> replace_variables(xmlDoc& document) {
  xmlNode* root = xmlDocGetRootElement(&document);
  if (root == nullptr) return {};
  Variables variables(root);
  // Those of attributes first: they look at the styles of what is around them, which lose their variables.
  std::vector<xmlNode*> elements;
  for (xmlNode* node = root; node != nullptr; node = next_in_document(node)) {
    if (node->type == XML_ELEMENT_NODE) elements.push_back(node);
  }
  for (auto element = elements.rbegin(); element != elements.rend() && !variables.is_spent(); ++element) {
    resolve_attributes(**element, variables);
    if (text_of((*element)->name) == "style") resolve_sheet(**element, variables);
  }
  if (!variables.unclear().empty()) {
    return fail(ErrorCode::unprocessable,
                "The SVG uses the CSS variable " + variables.unclear().substr(0, 100) +
                    ", which is not the same everywhere. Only variables of the whole drawing (declared of "
                    ":root or svg), and in attributes those of style attributes, can be drawn here.");
  }
  if (variables.is_spent()) {
    return fail(ErrorCode::payload_too_large,
                "The image is too large: the CSS variables of the SVG come to more "
                "than " +
                    std::to_string(most_svg_bytes) + " bytes.");
  }
  return {};
}

}  // namespace rucola::render::worker
