// Faces that a worker found in a picture, and the one that the picture is about.
//
// Values; pure functions.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "render/plan/measurement.h"
#include "render/plan/placement.h"

namespace rucola::render {

/// From brow to chin, in shares of the picture: 0 is its left or upper side, 1 the other one. A face at the
/// border may reach beyond.
using Face = Box;

/// For the way from the worker: of each face left, top, width, height.
Measured as_measured(std::span<const Face> faces);
/// Errors: internal where a worker said something else.
Result<std::vector<Face>> faces_of(const Measured& measured);

/// Of two of one size the first.
std::optional<Face> largest(std::span<const Face> faces);

}  // namespace rucola::render
