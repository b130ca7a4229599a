#include "render/worker/svg/svg_minify.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "render/worker/svg/svg_document.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

bool is_kept(std::string_view of) {
  return of.empty() || of == svg_namespace || of == xlink_namespace || of == xml_namespace;
}

/// Space in them is no text.
bool holds_no_text(const xmlNode& element) {
  constexpr std::array elements{"clipPath"sv,       "defs"sv,   "filter"sv, "g"sv,
                                "linearGradient"sv, "marker"sv, "mask"sv,   "pattern"sv,
                                "radialGradient"sv, "svg"sv,    "symbol"sv};
  return namespace_of(element.ns) == svg_namespace &&
         std::ranges::find(elements, text_of(element.name)) != elements.end();
}

bool is_blank(const xmlNode& node) {
  return node.type == XML_TEXT_NODE &&
         text_of(node.content).find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Do style sheets look at how many elements there are, or which stands beside which? Then all stay.
bool counts_elements(xmlNode* root) {
  constexpr std::array counting{":nth"sv,   ":first"sv, ":last"sv, ":only"sv,
                                ":empty"sv, ":has"sv,   "+"sv,     "~"sv};
  for (xmlNode* node = root; node != nullptr; node = next_in_document(node)) {
    if (!is_svg_element(*node, "style")) continue;
    const std::string sheet = content_of(*node);
    if (std::ranges::any_of(counting, [&](std::string_view one) { return sheet.contains(one); })) return true;
  }
  return false;
}

bool is_note(const xmlNode& node) {
  return node.type == XML_ELEMENT_NODE &&
         (is_svg_element(node, "metadata") || namespace_of(node.ns) != svg_namespace);
}

/// Those of others than the kept namespaces.
void remove_attributes(xmlNode& element) {
  for (xmlAttr* attribute = element.properties; attribute != nullptr;) {
    xmlAttr* next = attribute->next;
    if (!is_kept(namespace_of(attribute->ns))) xmlRemoveProp(attribute);
    attribute = next;
  }
}

/// Nobody is left who could use them.
void remove_namespaces(xmlNode& element) {
  for (xmlNs** place = &element.nsDef; *place != nullptr;) {
    xmlNs* declared = *place;
    if (is_kept(namespace_of(declared)) || declared->prefix == nullptr) {
      place = &declared->next;
      continue;
    }
    *place = declared->next;
    xmlFreeNs(declared);
  }
}

}  // namespace

void minify_svg(xmlDoc& document) {
  xmlNode* root = xmlDocGetRootElement(&document);
  if (root == nullptr) return;
  const bool keeps_elements = counts_elements(root);
  std::vector<xmlNode*> removed;
  std::vector<xmlNode*> kept;
  for (xmlNode* node = root; node != nullptr;) {
    const bool is_between = is_blank(*node) && node->parent != nullptr && holds_no_text(*node->parent);
    if (node->type == XML_COMMENT_NODE || is_between || (is_note(*node) && !keeps_elements)) {
      removed.push_back(node);
      // What is inside goes with it.
      while (node != nullptr && node->next == nullptr)
        node = node == root || node->parent == root->parent ? nullptr : node->parent;
      node = node == nullptr ? nullptr : node->next;
      continue;
    }
    if (node->type == XML_ELEMENT_NODE) kept.push_back(node);
    node = next_in_document(node);
  }
  for (xmlNode* node : removed) {
    xmlUnlinkNode(node);
    xmlFreeNode(node);
  }
  if (keeps_elements) return;  // notes among them, with their namespaces
  for (xmlNode* element : kept)
    remove_attributes(*element);
  for (xmlNode* element : kept)
    remove_namespaces(*element);
}

}  // namespace rucola::render::worker
