// A pyramid: a source at full size, at half, a quarter, … of it, in one file of tiles each of which is read
// by itself. A picture of a part of a large source is made from the pyramid, which is a render like any
// other: the source itself is decoded once, not for every tile.
//
// Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "render/plan/plan.h"
#include "render/plan/step.h"
#include "render/settings.h"
#include "render/source/facts.h"

namespace rucola::render {

/// Is the source as large as the setting says?
bool is_worth_a_pyramid(Size source, const Settings& settings);

/// A TIFF. Opaque sources as JPEG of a quality at which nobody sees a difference, others without loss.
Encoding pyramid_encoding(bool opaque);

/// Of level 0, which is `top`; 1, half of it; … `level` is less than pyramid_levels().
Size pyramid_level_size(Size top, std::int32_t level);
std::int32_t pyramid_levels(Size top);

/// Steps over one level of a pyramid.
struct LevelSteps {
  Size top;  ///< of the pyramid: the source's size, or that of its overview
  std::int32_t level = 0;
  std::vector<Step> steps;
};

/// What `steps` over the source are over the smallest level that is still twice as large as what they make of
/// it (the overview: as large); so the picture is at most half a pixel off. There are two pyramids, of the
/// whole source and of an eighth of it, the overview. A JPEG is decoded to an eighth in a fraction of the
/// time: whoever only looks at small pictures of the whole waits for no more.
LevelSteps over_pyramid(Size source, const std::vector<Step>& steps);

/// What `steps` over a JPEG are over its overview, for a picture for which the JPEG would be decoded to an
/// eighth anyway. Nothing for larger pictures, and where anything comes before the resize.
std::optional<LevelSteps> over_overview(Size source, const std::vector<Step>& steps);

}  // namespace rucola::render
