#include "render/worker/svg/svg_changes.h"

#include "base/wording.h"
#include "render/worker/svg/svg_document.h"
#include "render/worker/svg/svg_policy.h"

namespace rucola::render::worker {
namespace {

bool has_id(xmlNode* node, const std::string& id) {
  if (node->type != XML_ELEMENT_NODE) return false;
  return attribute_of(*node, "id") == id;
}

xmlNode* element_with_id(xmlDoc* document, const std::string& id) {
  for (xmlNode* node = xmlDocGetRootElement(document); node != nullptr; node = next_in_document(node)) {
    if (has_id(node, id)) return node;
  }
  return nullptr;
}

}  // namespace

Result<std::string> changed_svg(std::string_view svg, std::span<const SvgChange> changes) {
  const SvgDocument document = parse_svg(svg);
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
  std::string result = written_root(*document);
  if (auto allowed = check_svg(result); !allowed) {
    return fail(
        ErrorCode::bad_request,
        "The changes of operation \"svgdynamic\" are not allowed: the SVG then " + allowed.error() + ".");
  }
  return result;
}

}  // namespace rucola::render::worker
