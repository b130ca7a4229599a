// Carries out a plan: decode, turn upright, convert colours, the steps, encode. Each frame of an animation
// goes through all of it by itself, in order, so that the source is read once and frames never bleed into
// each other.
//
// Threads: a worker has one. Errors: as source.h; internal where plan and source contradict each other.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "render/plan.h"
#include "render/worker_protocol.h"

namespace rucola::render::worker {

/// The encoded result.
Result<std::string> draw(std::string_view bytes, const Plan& plan, const protocol::Limits& limits);

}  // namespace rucola::render::worker
