// An animation as an AVIF that moves: AV1 by FFmpeg's libaom, opacity in a track of its own. All frames
// depend on those before them, so that what stands still takes no bytes.
//
// Threads: a worker has one. Errors: vips::VError; std::runtime_error where FFmpeg gives up.
#pragma once

#include <string>

#include <vips/vips8>

#include "render/plan/encoding.h"

namespace rucola::render::worker {

/// `frames` lie below each other, more than one, in memory.
/// Errors: Refused (unsupported_media_type) where FFmpeg has been built without what writes it;
/// (payload_too_large) where no browser would show frames so large.
std::string encode_avif_animation(const vips::VImage& frames, const Encoding& encoding);

}  // namespace rucola::render::worker
