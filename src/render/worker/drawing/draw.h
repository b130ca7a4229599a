// Carries out a plan: decode, turn upright, convert colours, the steps, then encode or measure. Each frame of
// an animation goes through all of it by itself, in order, so that the source is read once and frames never
// bleed into each other.
//
// Threads: a worker has one. Errors: as decoding/source.h, Refused included; internal where plan and source
// contradict each other.
#pragma once

#include <string>

#include "base/error.h"
#include "render/plan/measurement.h"
#include "render/plan/plan.h"
#include "render/protocol/messages.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {

struct Drawing {
  std::string bytes;
  Format format = Format::jpg;  ///< one of those that the plan names
};

/// The encoded result.
Result<Drawing> draw(Files files, const Plan& plan, const protocol::Limits& limits);
/// After the plan's steps; of the first frame, unless the plan keeps all: then what is trimmed is so of all.
Result<Measured> measure(Files files, const Plan& plan, Measurement measurement,
                         const protocol::Limits& limits);

}  // namespace rucola::render::worker
