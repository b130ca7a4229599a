// An image's row as renders need it. What ingesting wrote can be used, so a row that can't is damaged, and no
// fault of whoever asks for a render.
//
// Thread-safe. Errors: internal; the row has been reported then (catalog/damaged_rows.h).
#pragma once

#include "base/error.h"
#include "catalog/types.h"
#include "render/source/facts.h"

namespace rucola::delivery {

/// Metadata that can't be read is as if there were none: an image without it is still the image. One whose
/// format nobody knows is none.
Result<render::SourceFacts> facts_of(const catalog::SourceImage& image);

/// A browser may find something to execute in its file, or take it for something else: a drawing, a file that
/// is no picture, and what nobody knows the format of.
bool may_be_active(const catalog::SourceImage& image);

}  // namespace rucola::delivery
