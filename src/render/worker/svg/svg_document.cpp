#include "render/worker/svg/svg_document.h"

#include <libxml/xmlsave.h>

namespace rucola::render::worker {
namespace {

void free_text(xmlChar* text) {
  xmlFree(text);  // a variable of that library
}
using Text = CHandle<xmlChar, free_text>;
using Buffer = CHandle<xmlBuffer, xmlBufferFree>;

xmlParserInput* load_nothing(const char* /*address*/, const char* /*id*/, xmlParserCtxt* /*parser*/) {
  return nullptr;
}

}  // namespace

SvgDocument parse_svg(std::string_view svg, SvgEntities entities) {
  xmlSetExternalEntityLoader(load_nothing);
  int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  if (entities == SvgEntities::replaced) options |= XML_PARSE_NOENT;
  return SvgDocument(xmlReadMemory(svg.data(), static_cast<int>(svg.size()), nullptr, nullptr, options));
}

std::string written_root(xmlDoc& document) {
  const Buffer buffer(xmlBufferCreate());
  xmlSaveCtxt* saving = xmlSaveToBuffer(buffer.get(), "UTF-8", XML_SAVE_NO_DECL | XML_SAVE_AS_XML);
  if (saving == nullptr) return {};
  xmlSaveTree(saving, xmlDocGetRootElement(&document));
  xmlSaveClose(saving);
  return {reinterpret_cast<const char*>(xmlBufferContent(buffer.get())),
          static_cast<std::size_t>(xmlBufferLength(buffer.get()))};
}

xmlNode* next_in_document(xmlNode* node) {
  if (node->children != nullptr && node->type == XML_ELEMENT_NODE) return node->children;
  while (node != nullptr && node->next == nullptr)
    node = node->type == XML_DOCUMENT_NODE ? nullptr : node->parent;
  return node == nullptr ? nullptr : node->next;
}

std::string_view text_of(const xmlChar* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

std::string_view namespace_of(const xmlNs* space) {
  return space == nullptr ? std::string_view() : text_of(space->href);
}

bool is_svg_element(const xmlNode& node, std::string_view name) {
  return node.type == XML_ELEMENT_NODE && text_of(node.name) == name &&
         namespace_of(node.ns) == svg_namespace;
}

std::string attribute_of(const xmlNode& element, const char* name) {
  const Text value(xmlGetNoNsProp(&element, BAD_CAST name));
  return std::string(text_of(value.get()));
}

std::string content_of(const xmlNode& node) {
  const Text text(xmlNodeGetContent(&node));
  return std::string(text_of(text.get()));
}

}  // namespace rucola::render::worker
