#include "render/worker/svg_changes.h"

#include <memory>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/c_handle.h"
#include "base/wording.h"
#include "render/worker/svg_policy.h"

namespace rucola::render::worker {
namespace {

using Document = CHandle<xmlDoc, xmlFreeDoc>;

void free_text(xmlChar* text) {
  xmlFree(text);  // a variable of that library
}
using Text = CHandle<xmlChar, free_text>;

const xmlChar* xml_text(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

Document parse(std::string_view svg) {
  constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  return Document(xmlReadMemory(svg.data(), static_cast<int>(svg.size()), nullptr, nullptr, options));
}

/// The node after this one, children first; null after the last.
xmlNode* next_in_document(xmlNode* node) {
  if (node->children != nullptr && node->type == XML_ELEMENT_NODE) return node->children;
  while (node != nullptr && node->next == nullptr)
    node = node->parent;
  return node == nullptr ? nullptr : node->next;
}

bool has_id(xmlNode* node, const std::string& id) {
  if (node->type != XML_ELEMENT_NODE) return false;
  const Text own(xmlGetNoNsProp(node, BAD_CAST "id"));
  return own && xmlStrEqual(own.get(), xml_text(id)) != 0;
}

xmlNode* element_with_id(xmlDoc* document, const std::string& id) {
  for (xmlNode* node = xmlDocGetRootElement(document); node != nullptr; node = next_in_document(node)) {
    if (has_id(node, id)) return node;
  }
  return nullptr;
}

std::string written(xmlDoc* document) {
  xmlChar* text = nullptr;
  int bytes = 0;
  xmlDocDumpMemoryEnc(document, &text, &bytes, "UTF-8");
  const Text owner(text);
  return text == nullptr ? std::string()
                         : std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(bytes));
}

}  // namespace

Result<std::string> changed_svg(std::string_view svg, std::span<const SvgChange> changes) {
  const Document document = parse(svg);
  if (!document) return fail(ErrorCode::unprocessable, "The SVG is no well-formed XML.");
  for (const SvgChange& change : changes) {
    xmlNode* element = element_with_id(document.get(), change.id);
    if (element == nullptr) {
      return fail(ErrorCode::bad_request,
                  "Option \"changes\" of operation \"svgdynamic\": the SVG has no "
                  "element with the id " +
                      in_quotes(change.id) + ".");
    }
    xmlSetProp(element, xml_text(change.attribute), xml_text(change.value));
  }
  std::string result = written(document.get());
  if (auto allowed = check_svg(result); !allowed) {
    return fail(
        ErrorCode::bad_request,
        "The changes of operation \"svgdynamic\" are not allowed: the SVG then " + allowed.error() + ".");
  }
  return result;
}

}  // namespace rucola::render::worker
