// Videos that are cut for streaming: what is measured of one, and one of its parts.
//
// Threads: a worker has one. Errors: as decoding/source.h and encoding/film_part.h, Refused included;
// internal where plan and source contradict each other.
#pragma once

#include <string>

#include "base/error.h"
#include "render/plan/measurement.h"
#include "render/plan/plan.h"
#include "render/protocol/messages.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {

/// As Measurement::Kind::film has it.
Result<Measured> measure_film(const File& file, const Plan& plan, const protocol::Limits& limits);

/// `plan` has a film_part.
Result<std::string> draw_film_part(const File& file, const Plan& plan, const protocol::Limits& limits);

}  // namespace rucola::render::worker
