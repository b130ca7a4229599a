// What of a planned picture decides how it may be written.
//
// Pure; thread-safe.
#pragma once

#include <vector>

#include "render/plan/plan.h"
#include "render/planning/encoding_choice.h"
#include "render/source/facts.h"

namespace rucola::render {

[[nodiscard]] bool may_be_transparent(const SourceFacts& source, const std::vector<Step>& steps);
[[nodiscard]] RenderFacts facts_of(const SourceFacts& source, const Plan& plan);

/// After the plan's steps.
[[nodiscard]] Size size_of(const Plan& plan);

}  // namespace rucola::render
