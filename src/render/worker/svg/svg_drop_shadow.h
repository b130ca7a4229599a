// feDropShadow in the words of the standard that describes it: the alpha of what it is given, blurred, moved,
// in a colour, below it. librsvg 2.54 draws nothing where a filter has one.
//
// Threads: a worker has one.
#pragma once

#include <libxml/tree.h>

namespace rucola::render::worker {

void replace_drop_shadows(xmlDoc& document);

}  // namespace rucola::render::worker
