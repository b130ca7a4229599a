// From a stack, a source image and what the client accepts to a plan.
//
// Pure but for the library it asks; thread-safe. Errors: bad_request (a value that makes no sense, dpr
// without a resize), unsupported_media_type (a format that this build can't write), payload_too_large and
// unprocessable with the limit named.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "render/operations/surroundings.h"
#include "render/plan/plan.h"
#include "render/planning/accept.h"
#include "render/planning/library.h"
#include "render/planning/planned_render.h"
#include "render/settings.h"
#include "render/source/facts.h"
#include "render/stack/definition.h"

namespace rucola::render {

struct RenderRequest {
  const StackDefinition& stack;  ///< with the URL's overrides
  const SourceFacts& source;
  std::string_view format;  ///< as the URL has it
  AcceptClass accept = AcceptClass::neither;
  bool save_data = false;          ///< the request header Save-Data is "on"
  NamedValues url_variables = {};  ///< for the stacks that this one uses
};

/// A picture whose steps (crop, then resize, then others) somebody else has planned, in `format`, with the
/// default qualities. That of a large source is made from its pyramid.
Result<PlannedRender> plan_steps(const SourceFacts& source, std::vector<Step> steps, std::string_view format,
                                 const Settings& settings);

Result<PlannedRender> plan_render(const RenderRequest& request, Library& library, const Settings& settings);

}  // namespace rucola::render
