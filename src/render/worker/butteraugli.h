// How different two pictures look to a person, by the Butteraugli metric of libjxl.
//
// Threads: any. Errors: vips::VError where it can't be computed.
#pragma once

#include <vips/vips8>

namespace rucola::render::worker {

/// 0 for the same picture; up to about 1 hardly anybody sees a difference without zooming in, from 2 on most
/// do. It is the 3-norm over the picture, which a few bad pixels do not decide alone, for a screen of 80
/// cd/m² (what libjxl's own tools assume). Both have the same size; what can be seen through is compared
/// over grey. Takes half a second for a megapixel.
double butteraugli_distance(const vips::VImage& original, const vips::VImage& copy);

}  // namespace rucola::render::worker
