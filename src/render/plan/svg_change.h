// What is changed in a drawing before it is loaded. A value.
#pragma once

#include <string>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

/// An attribute of an SVG's element is set before the drawing is loaded.
struct SvgChange {
  std::string id;  ///< of the element
  std::string attribute;
  std::string value;

  static constexpr std::tuple fields{Required{"id", &SvgChange::id}, Required{"attr", &SvgChange::attribute},
                                     Required{"value", &SvgChange::value}};
};

/// May the change set off a filter? What one takes is known to nobody before librsvg has drawn it: a drawing
/// of a hundred bytes can take hours. Rather said of one that doesn't than not of one that does.
bool may_filter(const SvgChange& change);

}  // namespace rucola::render
