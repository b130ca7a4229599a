// Whatever colours a file has — CMYK, a profile of its own, 16 bits, Lab, grey — become 8-bit sRGB, or 8-bit
// grey where there is no colour. Alpha stays.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <vips/vips8>

namespace rucola::render::worker {

/// TIFF may hold more channels than colour and opacity: inks, masks. Which of them is which is not known, so
/// only the colour is kept then.
vips::VImage without_extra_channels(const vips::VImage& image);

/// May the image be resized before to_srgb(), which is cheaper on the smaller image? True of 8-bit RGB and
/// grey.
bool can_wait_for_srgb(const vips::VImage& image);

/// The result has no profile.
vips::VImage to_srgb(const vips::VImage& image);

}  // namespace rucola::render::worker
