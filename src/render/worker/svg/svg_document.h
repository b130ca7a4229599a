// An SVG as libxml2 reads it, to be changed and written again.
//
// Threads: a worker has one. Nothing is ever loaded: no DTD, no entities of other files. Hostile input is
// expected.
#pragma once

#include <string>
#include <string_view>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/c_handle.h"

namespace rucola::render::worker {

inline constexpr std::string_view svg_namespace = "http://www.w3.org/2000/svg";
inline constexpr std::string_view xlink_namespace = "http://www.w3.org/1999/xlink";
inline constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";

using SvgDocument = CHandle<xmlDoc, xmlFreeDoc>;

enum class SvgEntities { kept, replaced };

/// Null where it is not well-formed. `svg` is in UTF-8, or in an encoding that its declaration names.
SvgDocument parse_svg(std::string_view svg, SvgEntities entities = SvgEntities::kept);

/// The root alone, in UTF-8, without declaration, DOCTYPE and what else stands around it.
std::string written_root(xmlDoc& document);

/// The node after this one, children first; null after the last.
xmlNode* next_in_document(xmlNode* node);

std::string_view text_of(const xmlChar* text);
std::string_view namespace_of(const xmlNs* space);
inline const xmlChar* xml_text(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

bool is_svg_element(const xmlNode& node, std::string_view name);
/// Of the attribute in no namespace; empty where there is none.
std::string attribute_of(const xmlNode& element, const char* name);
std::string content_of(const xmlNode& node);

}  // namespace rucola::render::worker
