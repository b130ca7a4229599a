// Base stacks: the result of one is the source of the stack above it, a render of its own.
//
// Threads: an object belongs to one thread. Errors: those of the planner.
#pragma once

#include <string_view>

#include "render/plan/outcome.h"
#include "render/plan/render_keys.h"
#include "render/planning/planner.h"
#include "render/planning/planning.h"

namespace rucola::render {

class BaseStacks {
 public:
  /// All outlive the object.
  BaseStacks(const RenderRequest& request, Library& library, const Settings& settings, const RenderKeys& keys)
      : request_(request), library_(library), settings_(settings), keys_(keys) {}

  /// The image that a stack works on, which becomes file number 0 of its planning: the request's, or what the
  /// stack's base stack makes of it. `depth`: how many stacks lie above this one.
  Outcome<SourceFacts> source_of(const StackDefinition& stack, Planning& planning, int depth = 0);

 private:
  Outcome<SourceFacts> add_base(std::string_view name, Planning& above, int depth);

  const RenderRequest& request_;
  Library& library_;
  const Settings& settings_;
  const RenderKeys& keys_;
};

}  // namespace rucola::render
