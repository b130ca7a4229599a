// Which format a render is written in, and how: the requested one, or with autoformat a better one that the
// client accepts.
//
// Pure; thread-safe.
#pragma once

#include "render/plan.h"
#include "render/planner.h"
#include "render/stack_definition.h"

namespace rucola::render {

/// `requested` is a format that this build writes; `animated`: the source has several frames.
Encoding choose_encoding(const Options& stack_options, Format requested, bool animated, AcceptClass accept);

/// Could another client get another encoding?
bool varies_on_accept(const Options& stack_options, Format requested, bool animated);

}  // namespace rucola::render
