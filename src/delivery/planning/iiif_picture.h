// From the parameters of an IIIF image request to the steps of a render.
//
// Pure; thread-safe. Errors: bad_request, with the parameter and what it may be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "delivery/url/iiif_url.h"
#include "render/plan/step.h"

namespace rucola::delivery {

/// No picture is larger: viewers ask for tiles.
inline constexpr std::int32_t iiif_longest_side = 2048;

/// In the order in which the API applies them: region, size, rotation, quality.
Result<std::vector<render::Step>> iiif_steps(const IiifPicture& picture, int version, render::Size image);
/// The parameters as the API wants them written, of all the ways that mean the same picture; for URLs.
Result<std::string> iiif_canonical(const IiifPicture& picture, int version, render::Size image);

}  // namespace rucola::delivery
