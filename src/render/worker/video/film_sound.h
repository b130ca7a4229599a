// The sound of a part of a film, as it is coded in the file: it is never decoded.
//
// Hostile input is expected. Threads: a worker has one. Errors: those of ts_file.h, and as below.
#pragma once

#include "render/worker/video/film_cuts.h"
#include "render/worker/video/ts_file.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// Can a stream have it, where there is some? Errors: Refused (unsupported_media_type).
void check_sound(const VideoFile& video);

/// Where there is some.
void write_sound(VideoFile& video, const FilmSpan& span, TsFile& to);

}  // namespace rucola::render::worker
