// The frames of an AVIF's sequence as they are shown, one below the other, decoded one after the other by
// FFmpeg.
//
// Threads: an object belongs to one at a time. Hostile input is expected. The bytes outlive the object.
#pragma once

#include <cstdint>
#include <memory>

#include "render/worker/bitmaps/row_image.h"
#include "render/worker/colors/color_encoding.h"
#include "render/worker/structure/avif_sequence.h"

namespace rucola::render::worker {

/// Has FFmpeg been built with what decodes them?
bool can_decode_avif_frames();

struct AvifPictures {
  std::shared_ptr<Rows> rows;  ///< red, green and blue, and opacity where the sequence has some
  Cicp colors;                 ///< as the file says it, else its first frame
};

/// The first `frames` of the sequence's. In memory is one of them. Rows are read fastest from top to bottom.
/// This and reading throw std::runtime_error and vips::VError where a frame is damaged, and Refused where its
/// colours are of a kind that can't be converted.
AvifPictures avif_pictures(AvifSequence sequence, std::int32_t frames);

}  // namespace rucola::render::worker
