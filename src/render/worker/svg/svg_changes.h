// Attributes of an SVG's elements set to other values. What comes out passes the same policy as an upload.
//
// Pure; hostile input is expected. Errors: bad_request (no such element, a value that the policy refuses),
// unprocessable (not well-formed).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "render/plan/step.h"

namespace rucola::render::worker {

/// `svg` has passed check_svg().
Result<std::string> changed_svg(std::string_view svg, std::span<const SvgChange> changes);

}  // namespace rucola::render::worker
