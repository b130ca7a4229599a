// Runs one operation's planning on an image of a given size.
#pragma once

#include <ostream>
#include <stdexcept>

#include "render/operations/table.h"

namespace rucola::render {

inline PlanningContext image_of(Size size, double dpr = 1) {
  PlanningContext context;
  context.size = size;
  context.dpr = dpr;
  return context;
}

inline void plan_on(PlanningContext& context, const Operation& operation, const Options& options) {
  const auto planned = operation.plan(OptionReader(operation.options, options), context);
  if (!planned) throw std::runtime_error(std::get<Error>(planned.error()).message.text);
}

inline PlanningContext planned(Size image, const Operation& operation, const Options& options,
                               double dpr = 1) {
  PlanningContext context = image_of(image, dpr);
  plan_on(context, operation, options);
  return context;
}

inline void PrintTo(Size size, std::ostream* out) {
  *out << size.width << 'x' << size.height;
}

}  // namespace rucola::render
