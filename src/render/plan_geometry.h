// What a step makes of an image's size. Planner and worker count with the same numbers, which are those of
// libvips.
//
// Pure; thread-safe.
#pragma once

#include "render/plan.h"

namespace rucola::render {

/// The canvas of a turned image: the bounding box of its four corners, rounded to the nearest pixel.
Size turned(Size size, double degrees);

Size size_after(Size size, const Step& step);

}  // namespace rucola::render
