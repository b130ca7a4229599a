// The size at which it is looked at what a picture shows. Pure; thread-safe.
#pragma once

#include <cstdint>

#include "render/plan/size.h"

namespace rucola::render {

/// Of the same shape, no side longer than that, none shorter than a pixel, and never larger than it is.
Size overview_of(Size size, std::int32_t longest_side);

}  // namespace rucola::render
