// What a decoded frame says of its colours.
//
// Threads: any.
#pragma once

#include <optional>

#include "render/worker/colors/color_encoding.h"
#include "render/worker/video/ffmpeg.h"

namespace rucola::render::worker {

/// Of luminance and differences of colour, one of libswscale's SWS_CS_…. What is not said browsers take for
/// that of high definition where the picture is as high as that. Errors: Refused (unsupported_media_type)
/// where it is of a kind that can't be converted.
int matrix_of(const AVFrame& frame);

/// As AVIF and HEIC have them, which are pictures of videos.
std::optional<ColorEncoding> encoding_of_frame(const AVFrame& frame);

}  // namespace rucola::render::worker
