// How long the frames of an animation are shown where a file of moving pictures is made of it.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <vips/vips8>

namespace rucola::render::worker {

/// Milliseconds, one for each of the `count` frames: those of browsers, for which a delay that is too short
/// to be meant, and one that is missing, is a tenth of a second.
std::vector<std::int64_t> frame_delays(const vips::VImage& frames, std::size_t count);

}  // namespace rucola::render::worker
