// PNGs as sources, and the animations that may be in them. What does not move is shown as readers show it
// that know of no animation: by a picture that need not be one of the frames.
//
// Threads: a worker has one. Errors: as source.h.
#pragma once

#include <string_view>

#include "render/worker/decoding/source.h"

namespace rucola::render::worker {

/// Before libvips sees the file.
Result<void> check_png(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny);

/// Adds what the file says of its frames. Damaged ones are none: the file was looked at when it came.
void add_frames(std::string_view bytes, const protocol::Limits& limits, SourceHeader& header);

/// `still`: the file as libvips reads it. The result has the same pixels and all that is said of them, and is
/// read in less time where it can be (bitmaps/png_rows.h).
vips::VImage read_quickly(std::string_view bytes, const vips::VImage& still);

/// `still`: the same file as libvips reads it; gives what is said of colours, rights, authors.
vips::VImage decode_apng(std::string_view bytes, const vips::VImage& still, VipsFailOn fail_on);

}  // namespace rucola::render::worker
