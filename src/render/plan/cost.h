// What a plan takes of one processor core, estimated from sizes and steps before anything is decoded: pixels
// times what each step does to one of them. Good for telling the cheap from the heavy from the hopeless, and
// for nothing finer: the same step takes twice as long for one picture as for another. A drawing counts as a
// bitmap of its size; what it takes beyond that is for drawings.h.
//
// Pure; thread-safe.
#pragma once

#include <chrono>
#include <cstdint>

#include "render/plan/plan.h"

namespace rucola::render {

/// On the machine that its weights were measured on.
using Cost = std::chrono::milliseconds;

/// From here on a render must not take the last worker from the others. A photo of 24 megapixels that becomes
/// an AVIF of 4 stays below.
inline constexpr Cost heavy_from{3'000};

/// `frames` of the source, which a plan only counts where it keeps them.
Cost cost_of(const Plan& plan, std::int64_t frames);

/// Of a whole file that is a bitmap, at the most.
Cost cost_of_decoding(Format format, Size size, std::int64_t frames);

}  // namespace rucola::render
