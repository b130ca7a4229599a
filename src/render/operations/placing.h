// Where something is laid onto an image: the anchors of composition and text, which are those of crop.
//
// Errors: as PlanningContext::measure(), a stop included.
#pragma once

#include <string_view>

#include "render/operations/crop_target.h"
#include "render/operations/operation.h"
#include "render/plan/anchor.h"

namespace rucola::render {

bool is_anchor_on_image(std::string_view text);

/// Areas, and what draws attention, as offsets around their middle, in pixels of the image as it is now; the
/// middle of the image where it has no such area. Other offsets as they are written.
Outcome<Anchor> anchor_on_image(std::string_view text, const PlanningContext& context);

}  // namespace rucola::render
