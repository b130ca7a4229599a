// Videos of which a stack wants moving pictures (options fps and seconds): in formats that can move they are
// animations then.
//
// Pure; thread-safe. Errors: payload_too_large, with the limit named and how many seconds would keep to it.
#pragma once

#include "base/error.h"
#include "render/operations/option_value.h"
#include "render/plan/format.h"
#include "render/plan/plan.h"
#include "render/plan/size.h"
#include "render/settings.h"
#include "render/source/facts.h"

namespace rucola::render {

/// Of a video that the stack wants to see moving, in a `format` that can, the animation; other sources as
/// they are. After with_page(): it begins at the time that is chosen there.
Result<SourceFacts> with_movement(const Options& stack_options, SourceFacts source, Format format,
                                  const Settings& settings);

/// From the source into the plan of an animation.
void set_movement(const SourceFacts& source, Plan& plan);

/// Of an animation that would come out too large: so many seconds of this size would not. Others as they are.
Error with_seconds_that_fit(Error error, const SourceFacts& source, Size result, const Settings& settings);

}  // namespace rucola::render
