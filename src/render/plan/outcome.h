// How a planning, or a part of one, ends: with a value, with an error, or with something that has to be
// measured before it can begin anew. Whoever asks for a measurement stops there, and so does everybody above.
//
// Values; no shared state.
#pragma once

#include <expected>
#include <variant>

#include "base/error.h"
#include "render/plan/planned_render.h"

namespace rucola::render {

/// Why a planning goes no further.
using Stop = std::variant<Error, NeededMeasurement>;

template <class T>
using Outcome = std::expected<T, Stop>;

}  // namespace rucola::render
