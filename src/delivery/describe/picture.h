// The picture of an image that is shown to who describes it: in small, as a JPEG.
//
// Pure, but for the rows it reports; thread-safe. Errors: unsupported_media_type for what is no picture; as
// render::Planner.
#pragma once

#include "base/error.h"
#include "catalog/types.h"
#include "render/plan/planned_render.h"
#include "render/plan/size.h"
#include "render/planning/planner.h"

namespace rucola::delivery {

/// Its longer side is so long at most. No larger than the image is.
inline constexpr std::int32_t longest_side_shown = 1024;

struct SmallPicture {
  render::PlannedRender planned;
  render::Size size;
};

Result<SmallPicture> plan_small_picture(const catalog::SourceImage& image, const render::Planner& planner);

}  // namespace rucola::delivery
