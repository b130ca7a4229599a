#include "render/planning/picture_facts.h"

#include <algorithm>

namespace rucola::render {

bool may_be_transparent(const SourceFacts& source, const std::vector<Step>& steps) {
  return !source.opaque || std::ranges::any_of(steps, makes_transparent);
}

RenderFacts facts_of(const SourceFacts& source, const Plan& plan) {
  return {.source = source.format,
          .animated = source.frames > 1,
          .see_through = may_be_transparent(source, plan.steps),
          .as_it_is = plan.steps.empty(),
          .resized = plan.source != source.size};
}

Size size_of(const Plan& plan) {
  Size size = plan.source;
  for (const Step& step : plan.steps)
    size = size_after(size, step);
  return size;
}

}  // namespace rucola::render
