// The limits of the configuration, as planning meets them: before any work is done.
//
// Pure; thread-safe. Errors: payload_too_large for a source, unprocessable for what would be made of it; both
// with the limit and its name in the configuration.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "render/plan/cost.h"
#include "render/plan/step.h"
#include "render/settings.h"

namespace rucola::render {

Result<void> check_source_frames(std::int64_t frames, const Settings& settings);
Result<void> check_source_size(Size size, std::int64_t frames, const Settings& settings);
Result<void> check_operation_count(std::int64_t operations, const Settings& settings);
/// A step may not blow the image up past the limit, whatever a later one makes of it.
Result<void> check_growth(Size before, Size after, std::int64_t frames, std::string_view operation,
                          const Settings& settings);
/// As it is estimated.
Result<void> check_cost(Cost cost, const Settings& settings);
Result<void> check_output_size(Size size, std::int64_t frames, const Settings& settings);

}  // namespace rucola::render
