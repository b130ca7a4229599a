// A notice put into a finished file, beside its pixels: exactly its fields, where savers add sizes,
// resolutions and versions of their own. AVIF and HEIF, whose boxes hold each other's places, are left to
// their saver.
//
// Pure. The files are those that this build writes. Errors: std::logic_error: the file is not one.
#pragma once

#include <string>

#include "render/plan/format.h"
#include "render/plan/size.h"
#include "render/worker/metadata/copyright_blocks.h"
#include "render/worker/metadata/copyright_notice.h"

namespace rucola::render::worker {

/// Of the formats that have a place for a notice (keeps_copyright()).
MetadataPlaces places_in(Format format);

/// `size`: of the picture. The file as it is where the notice is empty or its saver wrote it.
std::string with_copyright(std::string file, Format format, Size size, const CopyrightNotice& notice);

}  // namespace rucola::render::worker
