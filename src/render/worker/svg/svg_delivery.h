// May an SVG be delivered as it is? To a browser it is a page, to a renderer a picture, and what the renderer
// ignores the browser may load, send or run. So this is stricter than svg_policy.h: it lists what may be
// there, and looks at the document as libxml2 reads it, namespaces and all, which is what browsers do as
// well. Pages hold drawings as a part of themselves, too, and there a browser reads them as HTML, without
// namespaces: what that makes something else of stays here as well.
//
// Threads: a worker has one. Hostile input is expected. Time is linear in the size.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "render/plan/size.h"

namespace rucola::render::worker {

/// True for one that check_svg() lets pass, and that has nothing but elements that draw, what they say of
/// themselves, and the notes of known drawing programs: as good as a bitmap to who opens it.
bool may_be_delivered(std::string_view bytes);

struct SvgDeliveryWish {
  std::optional<Size> size{};  ///< pixels, another one than it says; nothing: as it is
  bool minified = false;       ///< without what nobody sees
};

/// The drawing for a browser, unpacked. Nothing where it may not be delivered, or can't be stretched to the
/// size without becoming another drawing.
std::optional<std::string> deliverable_svg(std::string_view bytes, const SvgDeliveryWish& wish);

}  // namespace rucola::render::worker
