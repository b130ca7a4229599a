// May an SVG be delivered as it is? To a browser it is a page, to a renderer a picture, and what the renderer
// ignores the browser may load, send or run. So this is stricter than svg_policy.h: it lists what may be
// there, and looks at the document as libxml2 reads it, namespaces and all, which is what browsers do as
// well. Pages hold drawings as a part of themselves, too, and there a browser reads them as HTML, without
// namespaces: what that makes something else of stays here as well.
//
// Threads: a worker has one. Hostile input is expected. Time is linear in the size.
#pragma once

#include <string_view>

namespace rucola::render::worker {

/// True for one that check_svg() lets pass, and that has nothing but elements that draw, what they say of
/// themselves, and the notes of known drawing programs: as good as a bitmap to who opens it.
bool may_be_delivered(std::string_view bytes);

}  // namespace rucola::render::worker
