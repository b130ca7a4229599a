// Pictures of a large source that are made out of one of its pyramids (pyramid.h) instead of the source: the
// same pictures, for a fraction of the time.
//
// Pure functions; thread-safe.
#pragma once

#include "render/plan/planned_render.h"
#include "render/plan/render_keys.h"
#include "render/settings.h"
#include "render/source/facts.h"

namespace rucola::render {

/// A crop, a resize and what follows, of a source that is worth a pyramid.
PlannedRender out_of_pyramid(const PlannedRender& direct, const SourceFacts& source, const RenderKeys& keys);

/// Photos are asked for in many small sizes and formats, all of which need the same eighth of the photo. Not
/// where something else of the file counts than its pixels.
bool may_have_overview(const PlannedRender& direct, const SourceFacts& source, const Settings& settings);

/// `direct` itself where it is no small picture (over_overview()).
PlannedRender out_of_overview(const PlannedRender& direct, const SourceFacts& source, const RenderKeys& keys);

}  // namespace rucola::render
