// Base stacks, and the stacks of URLs within the URL: the result of one is the source of the stack above it,
// a render of its own.
//
// Threads: an object belongs to one thread. Errors: those of the planner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "render/plan/format.h"
#include "render/plan/outcome.h"
#include "render/plan/render_keys.h"
#include "render/planning/planner.h"
#include "render/planning/planning.h"

namespace rucola::render {

/// For who delivers a file as it is through that stack: what it is based on may be protected, or not be
/// there. Errors: also those of the library.
Result<void> check_base_stacks(const StackDefinition& stack, Library& library);

class BaseStacks {
 public:
  /// All outlive the object.
  BaseStacks(const RenderRequest& request, Library& library, const Settings& settings, const RenderKeys& keys)
      : request_(request), library_(library), settings_(settings), keys_(keys) {}

  /// The image that the request's stack works on, which becomes file number 0 of its planning: the request's,
  /// or what the stack's base stack, or a stack below, makes of it.
  Outcome<SourceFacts> source_of(const StackDefinition& stack, Planning& planning) {
    return source_of(stack, planning, {});
  }

 private:
  struct Place {
    int above = 0;          ///< how many stacks lie above
    std::size_t below = 0;  ///< how many of the request's stacks below do
  };

  Outcome<SourceFacts> source_of(const StackDefinition& stack, Planning& planning, Place place);
  Outcome<SourceFacts> add_base(std::string_view name, Planning& above, Place place);
  Outcome<SourceFacts> add_below(Planning& above, Place place);
  Outcome<SourceFacts> add_still(std::int32_t time, Planning& above, Place place);
  Outcome<SourceFacts> add(const PlannedRender& base, const SourceFacts& source, Planning& above);
  /// Does the request's stack? It can keep only what reaches it.
  [[nodiscard]] bool keeps_copyright() const;
  /// Those that the URL sets which names the stacks there.
  [[nodiscard]] const NamedValues& url_variables(Place place) const;
  /// The format that the same URL asks for.
  [[nodiscard]] std::optional<Format> shown_in(Place place) const;

  const RenderRequest& request_;
  Library& library_;
  const Settings& settings_;
  const RenderKeys& keys_;
};

}  // namespace rucola::render
