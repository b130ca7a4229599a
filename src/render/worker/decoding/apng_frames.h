// The frames of an animated PNG as they are shown, one below the other: each is made from the one before it.
//
// Threads: an object belongs to one at a time. Hostile input is expected. The bytes outlive the object.
#pragma once

#include <memory>
#include <string_view>

#include <vips/vips8>

#include "render/worker/bitmaps/row_image.h"
#include "render/worker/structure/apng_structure.h"

namespace rucola::render::worker {

/// In memory are two or three frames, never all. Rows are read fastest from top to bottom. `still`: the
/// picture of the same file that does not move, as libvips reads it. Reading throws vips::VError.
std::shared_ptr<Rows> apng_rows(std::string_view bytes, ApngStructure apng, const vips::VImage& still,
                                VipsFailOn fail_on);

}  // namespace rucola::render::worker
