// Camera RAW files told from one another, and from plain TIFFs and films, which most of them look like: by
// their marks, or by what a camera writes and nobody else does. Names count for nothing.
//
// Pure; hostile input is expected.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "render/plan/format.h"
#include "render/worker/structure/tiff_directory.h"

namespace rucola::render::worker {

/// Nothing: it is none, or one of a camera that isn't known.
std::optional<Format> raw_format(std::string_view bytes);

/// The directories of a RAW that is built like a TIFF, as many as any camera writes, the first one first.
/// Empty where it isn't built like one.
std::vector<TiffDirectory> raw_directories(const TiffBytes& file);

/// The byte order that it says; nothing where it isn't built like a TIFF. Some have marks of their own
/// instead of TIFF's 42.
std::optional<TiffBytes> raw_tiff(std::string_view bytes);

}  // namespace rucola::render::worker
