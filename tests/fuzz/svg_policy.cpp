// Any bytes as an SVG. What the policy lets pass is read by libxml2, as librsvg does it, and looked at again
// there: the policy cuts a document into tokens by itself, and must not be talked into seeing another one
// than the renderer sees. What may be delivered is looked at as a browser does: for what it would load, send
// or run.
#include "render/worker/svg/svg_policy.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "fuzz/property.h"
#include "render/worker/svg/svg_delivery.h"
#include "render/worker/svg/svg_document.h"
#include "render/worker/svg/svg_drop_shadow.h"
#include "render/worker/svg/svg_text.h"
#include "render/worker/svg/svg_variables.h"

namespace {

using namespace rucola::render::worker;
using rucola::fuzz::require;

struct Free {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
  void operator()(xmlChar* text) const { xmlFree(text); }
};
using Document = std::unique_ptr<xmlDoc, Free>;

Document parsed(std::string_view bytes) {
  constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  return Document(xmlReadMemory(bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr, options));
}

std::string text_of(const xmlChar* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// Where a prefix is bound to nothing, libxml2 takes it for a part of the name.
std::string local_name(const xmlChar* name) {
  const std::string text = text_of(name);
  return text.substr(text.find(':') + 1);
}

bool is_internal(std::string link) {
  link = lower(std::move(link));
  link.erase(0, std::min(link.find_first_not_of(" \t\r\n\f"), link.size()));
  return link.empty() || link.starts_with('#') || link.starts_with("data:image/");
}

bool is_font(const std::string& target) {
  return target.starts_with("data:font/") || target.starts_with("data:application/") ||
         target.starts_with("data:;base64,");
}

void check_style(const std::string& written, bool deliverable) {
  const std::string style = lower(written);
  require(style.find("@import") == std::string::npos, "no style sheet is imported");
  for (std::size_t at = style.find("url("); at != std::string::npos; at = style.find("url(", at + 4)) {
    std::string target = style.substr(at + 4);
    target.erase(0, std::min(target.find_first_not_of(" \t\r\n\f"), target.size()));
    const bool is_quoted = target.starts_with('"') || target.starts_with('\'');
    const char end = is_quoted ? target.front() : ')';
    if (is_quoted) target.erase(0, 1);
    target = target.substr(0, target.find(end));
    require(is_internal(target) || (!deliverable && is_font(target)), "no style leads out of the file");
  }
}

void check_attribute(xmlNode* element, xmlAttr* attribute, bool deliverable) {
  const std::string name = lower(local_name(attribute->name));
  const std::unique_ptr<xmlChar, Free> content(xmlNodeListGetString(element->doc, attribute->children, 1));
  const std::string value = text_of(content.get());
  const bool is_base = name == "base" && attribute->ns != nullptr && text_of(attribute->ns->prefix) == "xml";
  const bool is_followed_by_people = !deliverable && name == "href" && local_name(element->name) == "a";
  if ((name == "href" || name == "src" || is_base) && !is_followed_by_people)
    require(is_internal(value), "no link leads out of the file");
  check_style(value, deliverable);
}

std::string namespace_of(const xmlNs* ns) {
  return ns == nullptr ? std::string() : text_of(ns->href);
}

/// What takes an address without url(). An escape may be any of these.
bool style_loads(const std::string& written) {
  constexpr std::array<std::string_view, 6> loads{"image-set(", "image(",     "src(",
                                                  "@import",    "@font-face", "\\"};
  const std::string style = lower(written);
  return std::ranges::any_of(loads,
                             [&](std::string_view one) { return style.find(one) != std::string::npos; });
}

/// Of an element that a browser knows.
bool is_active(xmlNode* element) {
  constexpr std::array<std::string_view, 8> elements{"script", "foreignobject", "handler", "iframe",
                                                     "object", "audio",         "video",   "embed"};
  constexpr std::array<std::string_view, 9> attributes{"ping",   "action", "formaction", "src", "srcset",
                                                       "target", "poster", "data",       "base"};
  if (std::ranges::find(elements, lower(local_name(element->name))) != elements.end()) return true;
  for (xmlAttr* attribute = element->properties; attribute != nullptr; attribute = attribute->next) {
    if (attribute->ns != nullptr) continue;
    const std::string name = lower(local_name(attribute->name));
    if (name.starts_with("on") || std::ranges::find(attributes, name) != attributes.end()) return true;
    const std::unique_ptr<xmlChar, Free> content(xmlNodeListGetString(element->doc, attribute->children, 1));
    if ((name == "style" || name == "fill" || name == "to") && style_loads(text_of(content.get())))
      return true;
  }
  if (lower(local_name(element->name)) != "style") return false;
  const std::unique_ptr<xmlChar, Free> content(xmlNodeGetContent(element));
  return style_loads(text_of(content.get()));
}

bool is_handler(const std::string& name) {
  return name.starts_with("on") && name.find('_') == std::string::npos;
}

bool has_handlers(xmlNode* element) {
  for (xmlAttr* attribute = element->properties; attribute != nullptr; attribute = attribute->next)
    if (attribute->ns == nullptr && is_handler(lower(text_of(attribute->name)))) return true;
  return false;
}

/// In whatever a page has put the drawing: nothing ends it, and HTML has the comment end where XML has it.
void check_comment(const std::string& text) {
  constexpr std::array<std::string_view, 12> never{"--",         "<!",       "<?",         "<script",
                                                   "</script",   "</style",  "</title",    "</xmp",
                                                   "</textarea", "</iframe", "</noscript", "<img"};
  const std::string lowered = lower(text);
  for (const std::string_view one : never)
    require(lowered.find(one) == std::string::npos, "no comment hides HTML");
  require(!text.starts_with(">") && !text.starts_with("->") && !text.starts_with("[") && !text.ends_with("-"),
          "a comment ends where it does in HTML");
}

void check_deliverable(xmlNode* node) {
  require(node->type != XML_PI_NODE, "what may be delivered has no instructions");
  require(node->type != XML_ENTITY_REF_NODE, "what may be delivered has no entities");
  if (node->type == XML_CDATA_SECTION_NODE)
    require(text_of(node->content).find('<') == std::string::npos, "what may be delivered hides no HTML");
  if (node->type == XML_COMMENT_NODE) check_comment(text_of(node->content));
  if (node->type != XML_ELEMENT_NODE) return;
  const std::string of = namespace_of(node->ns);
  require(!of.empty() && of.find("xhtml") == std::string::npos && of.find("MathML") == std::string::npos,
          "what may be delivered embeds no page");
  const bool is_of_svg = of == "http://www.w3.org/2000/svg";
  require(!is_of_svg || !is_active(node), "what may be delivered loads and runs nothing");
  require(is_of_svg || node->ns->prefix != nullptr, "what may be delivered is nothing else to HTML");
  require(!has_handlers(node), "what may be delivered has no handlers");
}

xmlNode* following(xmlNode* node) {
  // What an entity stands for is declared elsewhere; the policy lets no declaration pass.
  if (node->children != nullptr && node->type != XML_ENTITY_REF_NODE && node->type != XML_DTD_NODE)
    return node->children;
  while (node != nullptr && node->next == nullptr)
    node = node->type == XML_DOCUMENT_NODE ? nullptr : node->parent;
  return node == nullptr ? nullptr : node->next;
}

void check_node(xmlNode* node, bool deliverable) {
  if (deliverable) check_deliverable(node);
  if (node->type == XML_PI_NODE)
    require(text_of(node->name) != "xml-stylesheet", "no style sheet is referred to");
  if (node->type != XML_ELEMENT_NODE) return;
  for (xmlAttr* attribute = node->properties; attribute != nullptr; attribute = attribute->next)
    check_attribute(node, attribute, deliverable);
  if (local_name(node->name) == "style") {
    const std::unique_ptr<xmlChar, Free> content(xmlNodeGetContent(node));
    check_style(text_of(content.get()), deliverable);
  }
}

void check_declarations(const xmlDoc& document) {
  const xmlDtd* subset = document.intSubset;
  require(subset == nullptr || (subset->entities == nullptr && subset->notations == nullptr),
          "nothing is declared");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = rucola::fuzz::text_of(data, size);
  if (const auto readable = readable_svg(bytes); readable && *readable) {
    require(readable->value().size() <= most_svg_bytes, "nothing grows over the limit");
    require(!parsed(**readable) || !parsed(**readable)->intSubset, "what is readable declares nothing");
  }
  const bool passes = check_svg(bytes).has_value();
  const bool deliverable = may_be_delivered(bytes);
  require(!deliverable || (passes && looks_like_svg(bytes)), "what may be delivered passes as an SVG");
  if (!passes) return 0;
  const Document document = parsed(bytes);
  if (!document) return 0;  // no renderer reads it
  check_declarations(*document);
  const SvgDocument reworded = parse_svg(bytes);
  if (reworded && replace_variables(*reworded)) {
    replace_drop_shadows(*reworded);
    require(parsed(written_root(*reworded)) != nullptr, "what is said in other words is well-formed");
  }
  if (deliverable) {
    const auto smaller = deliverable_svg(bytes, {.minified = true});
    require(smaller && smaller->size() <= bytes.size() && may_be_delivered(*smaller),
            "what may be delivered may be delivered without what nobody sees");
  }
  for (auto* node = reinterpret_cast<xmlNode*>(document.get()); node != nullptr; node = following(node))
    check_node(node, deliverable);
  if (deliverable)
    require(local_name(xmlDocGetRootElement(document.get())->name) == "svg",
            "what may be delivered is an SVG");
  return 0;
}
