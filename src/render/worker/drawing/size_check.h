// The planner has checked every size; but it must hold even if the planner is wrong.
//
// Pure. Errors: unprocessable with the limit named; internal where a plan contradicts itself.
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "render/plan/step.h"
#include "render/protocol/messages.h"

namespace rucola::render::worker {

/// The size that the steps make of `source`. A step may work on a source that is larger than any result may
/// be, but may not enlarge past that.
Result<Size> check_sizes(Size source, std::span<const Step> steps, std::int64_t frames,
                         const protocol::Limits& limits);

}  // namespace rucola::render::worker
