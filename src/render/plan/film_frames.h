// The frames of an animation that is made of a part of a film: how many there are, and how long each is
// shown. The server counts them before a worker makes them.
//
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <vector>

namespace rucola::render {

/// At even distances, `each_second` (over 0) of them from the part's beginning on; at least one. One at the
/// end that would be gone at once is left out.
std::int64_t frames_in(std::int64_t milliseconds, std::int32_t each_second);

/// For each of them, in milliseconds, all of which are whole `unit`s: they don't drift away from the film,
/// and the last lasts to the end of the part.
std::vector<int> frame_durations(std::int64_t milliseconds, std::int32_t each_second, std::int32_t unit);

}  // namespace rucola::render
