// Which format a file is of, by its first bytes alone; names and media types lie. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "render/plan/format.h"

namespace rucola::render::worker {

/// Only formats that this version reads. For an SVG all of the bytes are needed: comments may come first, and
/// it may be packed.
std::optional<Format> sniff(std::string_view bytes);

/// For messages.
inline constexpr std::string_view source_format_names =
    "JPEG, PNG, WebP, AVIF, GIF, TIFF, SVG, HEIC, JPEG XL, JPEG 2000, BMP, ICO, PSD, PDF, "
    "EPS and camera RAW (CR2, CR3, NEF, ARW, DNG, ORF, RW2, PEF, SRW, RAF) by the preview inside, of videos "
    "MP4, MOV "
    "and WebM, and for fonts TTF and OTF";

}  // namespace rucola::render::worker
