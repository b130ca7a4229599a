#include "render/worker/svg/svg_delivery.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "base/wording.h"
#include "render/worker/svg/style_policy.h"
#include "render/worker/svg/svg_document.h"
#include "render/worker/svg/svg_drawing.h"
#include "render/worker/svg/svg_minify.h"
#include "render/worker/svg/svg_policy.h"
#include "render/worker/svg/svg_text.h"
#include "render/worker/svg/svg_vocabulary.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

bool is_text(const xmlNode& node) {
  return node.type == XML_TEXT_NODE || node.type == XML_CDATA_SECTION_NODE;
}

/// The text of the children. False where something among them is none: an entity, an element, or a comment,
/// which a page takes for a part of the style sheet.
bool take_text(const xmlNode* child, std::string& text) {
  for (; child != nullptr; child = child->next) {
    if (!is_text(*child)) return false;
    text += text_of(child->content);
  }
  return true;
}

/// Names and texts for people. What they hold is no CSS to anybody.
bool is_free_text(std::string_view attribute) {
  return attribute == "id" || attribute == "class" || attribute == "title" ||
         attribute.starts_with("data-") || attribute.starts_with("aria-");
}

/// Animations may set an attribute that the element does not have: a link, a handler, a style. Nor what
/// another animation sets, and to what: no browser animates that, and it would be a way around this.
bool may_be_animated(std::string_view attribute) {
  constexpr std::array not_these{"attributeName"sv, "attributeType"sv, "by"sv, "from"sv,
                                 "href"sv,          "style"sv,         "to"sv, "values"sv};
  return describes_a_drawing(attribute) && std::ranges::find(not_these, attribute) == not_these.end();
}

bool is_harmless_of_svg(std::string_view name, std::string_view value) {
  if (!describes_a_drawing(name)) return false;
  if (name == "href") return stays_inside(value);
  if (name == "attributeName") return may_be_animated(value);
  return is_free_text(name) || loads_nothing(value);
}

/// No handler has an underscore; Inkscape has only_selected.
bool is_handler(std::string_view name) {
  return name.starts_with("on") && !name.contains('_');
}

/// Inside of a page the note is an element of SVG that nobody knows: it has handlers and a style all the
/// same, whatever their case.
bool is_harmless_of_a_note(std::string_view written, std::string_view value) {
  const std::string name = lower(written);
  return !is_handler(name) && (!describes_a_drawing(name) || is_harmless_of_svg(name, value));
}

bool is_harmless(const xmlNode& element, const xmlAttr& attribute) {
  std::string value;
  if (!take_text(attribute.children, value)) return false;
  const std::string_view name = text_of(attribute.name);
  const std::string_view of = namespace_of(attribute.ns);
  if (of == xlink_namespace) return name != "href" || stays_inside(value);
  if (of == xml_namespace) return name == "space" || name == "lang" || name == "id";
  // A page goes by what it is called: xlink:href, whatever xlink stands for.
  if (!of.empty()) return is_of_a_drawing_program(of) && (name != "href" || stays_inside(value));
  const bool is_note = namespace_of(element.ns) != svg_namespace;
  return is_note ? is_harmless_of_a_note(name, value) : is_harmless_of_svg(name, value);
}

bool is_harmless_style(const xmlNode& element) {
  std::string text;
  return take_text(element.children, text) && loads_nothing(text);
}

/// To a page, what is inside of these is HTML, and an empty note there never ends.
bool is_harmless_description(const xmlNode& element) {
  std::string text;
  return take_text(element.children, text);
}

/// Without a prefix, a page takes the note for what it is called: script, img.
bool is_note(const xmlNode& element) {
  return is_of_a_drawing_program(namespace_of(element.ns)) && element.ns->prefix != nullptr;
}

bool is_harmless(const xmlNode& element) {
  const std::string_view name = text_of(element.name);
  const std::string_view of = namespace_of(element.ns);
  const bool is_of_svg = of == svg_namespace;
  if (is_of_svg ? !draws(name) : !is_note(element)) return false;
  if (is_of_svg && name == "style" && !is_harmless_style(element)) return false;
  if (is_of_svg && (name == "title" || name == "desc") && !is_harmless_description(element)) return false;
  for (const xmlAttr* attribute = element.properties; attribute != nullptr; attribute = attribute->next) {
    if (!is_harmless(element, *attribute)) return false;
  }
  return true;
}

/// To a page, a CDATA section may end at its first bracket, or be a comment, which is over if it begins with
/// one.
bool is_harmless_cdata(std::string_view text) {
  return !text.contains('<') && !text.starts_with('>') && !text.starts_with("->");
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// `rest` is what follows a '<'. Elements of drawings, but for those of which a page reads the inside as
/// text.
bool begins_no_other_element(std::string_view rest) {
  const bool is_tag = rest.starts_with('/') || rest.starts_with('!') || rest.starts_with('?') ||
                      (!rest.empty() && is_letter(rest.front()));
  if (!is_tag) return true;  // a < b
  if (rest.starts_with('/')) rest.remove_prefix(1);
  const std::string_view name = rest.substr(0, rest.find_first_of(" \t\r\n\f/>"));
  return draws(name) && name != "style" && name != "title";
}

/// Drawing programs leave elements in comments. XML has no "--" in a comment and none ends with a '-', so
/// that HTML ends it at the same place, unless it begins with what is an end there. But a page may have put
/// the drawing where there are no comments (<noscript>, <textarea>): there is to be no end of that, nor
/// anything else than elements of drawings. Old browsers read on in comments that begin with "[if".
bool is_harmless_comment(std::string_view text) {
  if (text.starts_with('>') || text.starts_with("->") || text.starts_with('[')) return false;
  if (text.contains("--") || text.ends_with('-')) return false;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    if (!begins_no_other_element(text.substr(at + 1))) return false;
  }
  return true;
}

/// It only names the standard, and declares nothing. Some reader might load what it names, and to a page it
/// is over at the first bracket, even one inside of quotes.
bool is_harmless_doctype(const xmlDtd& doctype) {
  const std::string_view address = text_of(doctype.SystemID);
  const bool is_the_standard = doctype.SystemID == nullptr || address.starts_with("http://www.w3.org/") ||
                               address.starts_with("https://www.w3.org/");
  return doctype.children == nullptr && is_the_standard &&
         address.find_first_of("<>") == std::string_view::npos;
}

/// Of a node of any kind. Instructions (a style sheet of another file) and entities are not on the list.
bool may_stand(const xmlNode& node) {
  switch (node.type) {
    case XML_ELEMENT_NODE:
      return is_harmless(node);
    case XML_TEXT_NODE:
      return true;
    case XML_CDATA_SECTION_NODE:
      return is_harmless_cdata(text_of(node.content));
    case XML_COMMENT_NODE:
      return is_harmless_comment(text_of(node.content));
    case XML_DTD_NODE:
      return is_harmless_doctype(reinterpret_cast<const xmlDtd&>(node));
    default:
      return false;
  }
}

/// One in which a browser could read other characters than we do is not meant.
bool is_in_a_plain_encoding(const xmlDoc& document) {
  constexpr std::array encodings{"utf-8"sv,      "utf8"sv,        "us-ascii"sv,
                                 "iso-8859-1"sv, "iso-8859-15"sv, "windows-1252"sv};
  if (document.encoding == nullptr) return true;
  return std::ranges::find(encodings, lower(text_of(document.encoding))) != encodings.end();
}

}  // namespace

bool may_be_delivered(std::string_view bytes) {
  if (!looks_like_svg(bytes) || !check_svg(bytes, SvgUse::delivery)) return false;
  const SvgDocument document = parse_svg(bytes);
  if (!document || !is_in_a_plain_encoding(*document)) return false;
  const xmlNode* root = xmlDocGetRootElement(document.get());
  if (root == nullptr || text_of(root->name) != "svg" || namespace_of(root->ns) != svg_namespace)
    return false;
  if (root->ns->prefix != nullptr) return false;  // to a page it and all inside of it are HTML
  for (xmlNode* node = document->children; node != nullptr; node = next_in_document(node)) {
    if (!may_stand(*node)) return false;
  }
  return true;
}

namespace {

/// To within a pixel, which rounding takes.
bool keeps_ratio(ExactSize natural, Size size) {
  const double across = size.width / natural.width;
  const double down = size.height / natural.height;
  return std::abs(size.height - natural.height * across) <= 1 ||
         std::abs(size.width - natural.width * down) <= 1;
}

bool is_same_ratio(ExactSize one, ExactSize other) {
  constexpr double slack = 1e-3;
  const double ratio = one.width * other.height / (one.height * other.width);
  return std::abs(ratio - 1) <= slack;
}

/// False where it would become another drawing: one that leaves room beside itself, say.
bool set_size(xmlNode* root, const DrawingFrame& frame, Size size) {
  const ExactSize natural = frame.natural_size();
  if (!keeps_ratio(natural, size)) {
    const bool fills_its_room = !frame.view_box || is_same_ratio(natural, *frame.view_box);
    if (!fills_its_room && attribute_of(*root, "preserveAspectRatio") != "none") return false;
    xmlSetProp(root, BAD_CAST "preserveAspectRatio", BAD_CAST "none");
  }
  if (!frame.view_box) {
    const std::string box = "0 0 " + number_text(natural.width) + ' ' + number_text(natural.height);
    xmlSetProp(root, BAD_CAST "viewBox", xml_text(box));
  }
  xmlSetProp(root, BAD_CAST "width", xml_text(std::to_string(size.width)));
  xmlSetProp(root, BAD_CAST "height", xml_text(std::to_string(size.height)));
  return true;
}

/// A style may have the last word.
bool is_of_size(std::string_view svg, Size size) {
  const auto drawing = SvgDrawing::read(svg);
  const auto styled = drawing ? (*drawing)->styled_size() : std::nullopt;
  return styled && whole(*styled) == size;
}

std::optional<std::string> resized_svg(std::string_view svg, Size size) {
  const auto drawing = SvgDrawing::read(svg);
  if (!drawing) return std::nullopt;
  const DrawingFrame& frame = (*drawing)->frame();
  if (whole(frame.natural_size()) == size) return std::string(svg);
  const SvgDocument document = parse_svg(svg);
  if (!document || !set_size(xmlDocGetRootElement(document.get()), frame, size)) return std::nullopt;
  minify_svg(*document);
  std::string result = written_root(*document);
  const bool is_right = is_of_size(result, size) && may_be_delivered(result);
  return is_right ? std::optional(std::move(result)) : std::nullopt;
}

std::string minified_svg(std::string svg) {
  const SvgDocument document = parse_svg(svg);
  if (!document) return svg;
  minify_svg(*document);
  std::string smaller = written_root(*document);
  if (smaller.size() < svg.size() && may_be_delivered(smaller)) return smaller;
  return svg;
}

}  // namespace

std::optional<std::string> deliverable_svg(std::string_view bytes, const SvgDeliveryWish& wish) {
  auto unpacked = unpacked_svg(bytes);
  if (!unpacked) return std::nullopt;
  std::optional<std::string> svg(*unpacked ? **std::move(unpacked) : std::string(bytes));
  if (svg->size() > most_svg_bytes || !may_be_delivered(*svg)) return std::nullopt;
  if (wish.size) svg = resized_svg(*svg, *wish.size);
  if (svg && wish.minified) svg = minified_svg(*std::move(svg));
  return svg;
}

}  // namespace rucola::render::worker
