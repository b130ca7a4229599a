// An animation as a film without sound: H.264 in MP4, VP9 in WebM, by FFmpeg's libraries. Everything stays in
// memory. Frames keep their delays; sides are made even by repeating the last column or row, as 4:2:0 needs.
//
// Threads: a worker has one. Errors: vips::VError; std::runtime_error where FFmpeg gives up.
#pragma once

#include <string>

#include <vips/vips8>

#include "render/plan/plan.h"

namespace rucola::render::worker {

/// Has FFmpeg been built with what writes it?
bool can_write_video(Format format);

/// `frames` lie below each other, without transparency; a still is a film of a second.
/// Errors: Refused (payload_too_large) where no player would show pictures so large; std::runtime_error.
std::string encode_video(const vips::VImage& frames, const Encoding& encoding);

}  // namespace rucola::render::worker
