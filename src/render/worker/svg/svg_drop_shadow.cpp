#include "render/worker/svg/svg_drop_shadow.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "render/worker/svg/svg_document.h"

namespace rucola::render::worker {
namespace {

/// The primitives that take the place of one, each before it.
class Replacement {
 public:
  Replacement(xmlNode& shadow, int number)
      : shadow_(shadow), name_("rucola-shadow-" + std::to_string(number)) {}

  void make() {
    const std::string input = name_of_input();
    xmlNode* blur = add("feGaussianBlur");
    set(blur, "in", input);
    take(blur, {"stdDeviation"}, "2");
    set(blur, "result", name_ + "-blurred");
    xmlNode* offset = add("feOffset");
    set(offset, "in", name_ + "-blurred");
    take(offset, {"dx", "dy"}, "2");
    set(offset, "result", name_ + "-moved");
    xmlNode* flood = add("feFlood");
    take(flood, {"flood-color", "flood-opacity", "style", "class", "id"}, "");
    set(flood, "result", name_ + "-colour");
    xmlNode* composite = add("feComposite");
    set(composite, "in", name_ + "-colour");
    set(composite, "in2", name_ + "-moved");
    set(composite, "operator", "in");
    set(composite, "result", name_ + "-shadow");
    xmlNode* merge = add("feMerge");
    take(merge, {"result"}, "");
    for (const std::string& layer : {name_ + "-shadow", input})
      set(xmlNewChild(merge, shadow_.ns, BAD_CAST "feMergeNode", nullptr), "in", layer);
    xmlUnlinkNode(&shadow_);
    xmlFreeNode(&shadow_);
  }

 private:
  static void set(xmlNode* element, const char* name, const std::string& value) {
    xmlSetProp(element, BAD_CAST name, xml_text(value));
  }

  /// What the primitive before it makes, which may have no name yet.
  std::string name_of_input() {
    if (std::string named = attribute_of(shadow_, "in"); !named.empty()) return named;
    xmlNode* before = shadow_.prev;
    while (before != nullptr &&
           !(before->type == XML_ELEMENT_NODE && text_of(before->name).starts_with("fe")))
      before = before->prev;
    if (before == nullptr) return "SourceGraphic";
    if (std::string named = attribute_of(*before, "result"); !named.empty()) return named;
    set(before, "result", name_ + "-input");
    return name_ + "-input";
  }

  xmlNode* add(const char* name) {
    xmlNode* element = xmlNewDocNode(shadow_.doc, shadow_.ns, BAD_CAST name, nullptr);
    xmlAddPrevSibling(&shadow_, element);
    take(element, {"x", "y", "width", "height", "color-interpolation-filters"}, "");
    return element;
  }

  /// Attributes of the shadow; where it lacks one `otherwise`, unless that is empty.
  void take(xmlNode* element, std::initializer_list<const char*> names, const std::string& otherwise) {
    for (const char* name : names) {
      const bool is_given = xmlHasProp(&shadow_, BAD_CAST name) != nullptr;
      if (is_given || !otherwise.empty())
        set(element, name, is_given ? attribute_of(shadow_, name) : otherwise);
    }
  }

  xmlNode& shadow_;
  std::string name_;
};

}  // namespace

void replace_drop_shadows(xmlDoc& document) {
  std::vector<xmlNode*> shadows;
  for (xmlNode* node = xmlDocGetRootElement(&document); node != nullptr; node = next_in_document(node)) {
    if (is_svg_element(*node, "feDropShadow")) shadows.push_back(node);
  }
  int number = 0;
  for (xmlNode* shadow : shadows)
    Replacement(*shadow, ++number).make();
}

}  // namespace rucola::render::worker
