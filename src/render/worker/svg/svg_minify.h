// An SVG without what nobody sees: comments, metadata, drawing programs' notes, and white space between
// elements. What it looks like, to browsers too, is the same; so is what its scripts and styles find, of
// which there are only styles.
//
// Threads: a worker has one.
#pragma once

#include <libxml/tree.h>

namespace rucola::render::worker {

/// The document may be delivered (svg_delivery.h), and may be afterwards.
void minify_svg(xmlDoc& document);

}  // namespace rucola::render::worker
