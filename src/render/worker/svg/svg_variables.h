// CSS variables, var(--name), which no librsvg knows: it leaves such a value out, and what it fills is black.
// They are replaced by what they stand for where that can be told without knowing which rule applies where:
// variables of the whole drawing (:root, svg, *, and the root's own class, id and style), and those of style
// attributes where they are used in attributes. Others are refused.
//
// Threads: a worker has one. Hostile input is expected: what is put in is bounded, and variables may name
// each other. Errors: unprocessable, payload_too_large.
#pragma once

#include <libxml/tree.h>

#include "base/error.h"

namespace rucola::render::worker {

Result<void> replace_variables(xmlDoc& document);

}  // namespace rucola::render::worker
