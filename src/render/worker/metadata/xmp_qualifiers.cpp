#include "render/worker/metadata/xmp_qualifiers.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/c_handle.h"

namespace rucola::render::worker {
namespace {

using Document = CHandle<xmlDoc, xmlFreeDoc>;

void free_text(xmlChar* text) {
  xmlFree(text);  // a variable of that library
}
using Text = CHandle<xmlChar, free_text>;

constexpr const char* rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// An element's name or an attribute's.
template <class Node>
bool is_named(const Node& node, const char* space, const char* name) {
  return node.ns != nullptr && xmlStrEqual(node.ns->href, BAD_CAST space) != 0 &&
         xmlStrEqual(node.name, BAD_CAST name) != 0;
}

bool is_value(const xmlNode& node) {
  return node.type == XML_ELEMENT_NODE && is_named(node, rdf, "value");
}

/// RDF writes what has qualifiers as a structure, whose rdf:value is the value itself.
bool has_qualifiers(const xmlNode& element) {
  for (const xmlNode* child = element.children; child != nullptr; child = child->next) {
    if (is_value(*child)) return true;
  }
  return xmlHasNsProp(&element, BAD_CAST "value", BAD_CAST rdf) != nullptr;
}

bool stays(const xmlAttr& attribute) {
  return is_named(attribute, rdf, "value") || is_named(attribute, rdf, "parseType") ||
         xmlStrEqual(attribute.ns == nullptr ? nullptr : attribute.ns->href, XML_XML_NAMESPACE) != 0;
}

void remove_qualifiers(xmlNode& element) {
  for (xmlNode* child = element.children; child != nullptr;) {
    xmlNode* next = child->next;
    if (child->type == XML_ELEMENT_NODE && !is_value(*child)) {
      xmlUnlinkNode(child);
      xmlFreeNode(child);
    }
    child = next;
  }
  for (xmlAttr* attribute = element.properties; attribute != nullptr;) {
    xmlAttr* next = attribute->next;
    if (!stays(*attribute)) xmlRemoveProp(attribute);
    attribute = next;
  }
}

/// Children first; null after the last.
xmlNode* next_in_document(xmlNode* node) {
  if (node->type == XML_ELEMENT_NODE && node->children != nullptr) return node->children;
  while (node != nullptr && node->next == nullptr)
    node = node->parent;
  return node == nullptr ? nullptr : node->next;
}

}  // namespace

std::optional<std::string> without_qualifiers(std::string_view packet) {
  constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  const Document document(
      xmlReadMemory(packet.data(), static_cast<int>(packet.size()), nullptr, nullptr, options));
  if (!document) return std::nullopt;
  for (xmlNode* node = xmlDocGetRootElement(document.get()); node != nullptr; node = next_in_document(node)) {
    if (node->type == XML_ELEMENT_NODE && has_qualifiers(*node)) remove_qualifiers(*node);
  }
  xmlChar* written = nullptr;
  int size = 0;
  xmlDocDumpMemoryEnc(document.get(), &written, &size, "UTF-8");
  const Text text(written);
  if (!text) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(text.get()), static_cast<std::size_t>(size));
}

}  // namespace rucola::render::worker
