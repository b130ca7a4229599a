// Does a profile say what is assumed without one? Most photos on the web carry some edition of sRGB;
// converting them to sRGB changes nothing and costs a fifth of a render.
//
// Threads: a worker has one; the answers for a few profiles are remembered.
#pragma once

#include <string_view>

namespace rucola::render::worker {

/// True if colours all over the cube come out of it as they are, to the last bit of eight.
bool is_srgb_profile(std::string_view profile);

}  // namespace rucola::render::worker
