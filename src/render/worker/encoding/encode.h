// From pixels to a file: each output format's options in one place. Metadata and profiles are left out, but
// for a notice of copyright where the encoding keeps it.
//
// Threads: a worker has one. Errors: vips::VError; unsupported_media_type where this machine's libvips can't
// write the format.
#pragma once

#include <string>

#include <vips/vips8>

#include "base/error.h"
#include "render/plan/plan.h"
#include "render/worker/metadata/copyright_notice.h"

namespace rucola::render::worker {

/// Can this machine's libvips write it? The error names the formats that it can.
Result<void> check_writable(Format format);

/// The picture as a file of that encoding shows it: over a colour where transparency is replaced.
vips::VImage as_written(const vips::VImage& image, const Encoding& encoding);

/// `image` is read once from top to bottom, unless it lies in memory.
std::string encode(const vips::VImage& image, const Encoding& encoding, const CopyrightNotice& notice = {});

/// Is there a pixel that can be seen through? Reads the whole image.
bool is_see_through(const vips::VImage& image);

}  // namespace rucola::render::worker
