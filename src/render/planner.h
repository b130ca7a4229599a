// From a stack, a source image and what the client accepts to a plan.
//
// Pure; thread-safe; no I/O. Errors: bad_request (a value that makes no sense, dpr without a resize),
// unsupported_media_type (a format that this build can't write), payload_too_large and unprocessable with
// the limit named.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "render/plan.h"
#include "render/settings.h"
#include "render/source_facts.h"
#include "render/stack_definition.h"

namespace rucola::render {

/// The classes that an Accept header is reduced to; the shipped VCL makes the same four. `neither` takes
/// anything (*/*), `neither_nor_wildcard` only what it names.
enum class AcceptClass { neither, webp, avif_and_webp, neither_nor_wildcard };

/// q=0 is respected; wildcards name neither AVIF nor WebP, since every browser sends them.
AcceptClass classify_accept(std::string_view accept_header);

struct PlannedRender {
  Plan plan;
  std::string key;  ///< 64 hex: the canonical key of the result
  bool varies_on_accept = false;
  bool deliver_source = false;  ///< stack option source_file: the original as it is; `plan` is unused
  bool attachment = false;      ///< content_disposition: attachment
};

Result<PlannedRender> plan_render(const StackDefinition& stack, const SourceFacts& source,
                                  std::string_view requested_format, AcceptClass accept,
                                  const Settings& settings);

}  // namespace rucola::render
