// A video as it is streamed in parts: what the parts are, and one of them as MPEG-TS, with pictures and
// sound. The parts of a video, one behind the other, are all of it, once.
//
// Hostile input is expected. Threads: a worker has one. Errors: Refused: those of video/film_cuts.h,
// film_sound.h, kept_pictures.h and coded_pictures.h; unsupported_media_type where this machine can't code
// pictures anew; std::runtime_error where an encoder gives up.
#pragma once

#include <cstddef>
#include <string>

#include "render/plan/measurement.h"
#include "render/plan/plan.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// As Measurement::Kind::film has it. The file has so many bytes.
Measured measure_film(VideoFile& video, std::size_t bytes);

/// `plan.film_part`; it has no steps but a resize. Without one, pictures that can't be kept are coded anew.
std::string encode_film_part(VideoFile& video, const Plan& plan);

}  // namespace rucola::render::worker
