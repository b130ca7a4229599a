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
#include "render/library.h"
#include "render/plan.h"
#include "render/planning.h"
#include "render/settings.h"
#include "render/source_facts.h"
#include "render/stack_definition.h"

namespace rucola::render {

/// The classes that an Accept header is reduced to; the shipped VCL makes the same four. `neither` takes
/// anything (*/*), `neither_nor_wildcard` only what it names.
enum class AcceptClass { neither, webp, avif_and_webp, neither_nor_wildcard };

/// q=0 is respected; wildcards name neither AVIF nor WebP, since every browser sends them.
AcceptClass classify_accept(std::string_view accept_header);

struct RenderRequest {
  const StackDefinition& stack;  ///< with the URL's overrides
  const SourceFacts& source;
  std::string_view format;  ///< as the URL has it
  AcceptClass accept = AcceptClass::neither;
  bool save_data = false;          ///< the request header Save-Data is "on"
  NamedValues url_variables = {};  ///< for the stacks that this one uses
};

/// The same picture in less bytes, for whoever has the time: see docs/optimisation.md.
struct SmallerRender {
  Plan plan;
  std::string key;  ///< as that of a render
};

struct PlannedRender {
  Plan plan;
  std::vector<PlannedFile> files;  ///< that the plan counts; the first is the image itself
  std::string key;                 ///< 64 hex: the canonical key of the result
  /// The same picture from the source itself, for when the base can't be made. Null where nothing else will
  /// do.
  std::shared_ptr<const PlannedRender> without_base{};
  bool varies_on_accept = false;
  bool varies_on_save_data = false;
  bool deliver_source = false;  ///< stack option source_file: the original as it is; `plan` is unused
  bool attachment = false;      ///< content_disposition: attachment
  /// To be made of the same files after the first answer, and delivered from then on.
  std::optional<SmallerRender> smaller;
  /// Everything else is void: this has to be measured, then the same request planned again.
  std::optional<NeededMeasurement> needed;
};

/// A picture whose steps (crop, then resize, then others) somebody else has planned, in `format`, with the
/// default qualities. That of a large source is made from its pyramid.
Result<PlannedRender> plan_steps(const SourceFacts& source, std::vector<Step> steps, std::string_view format,
                                 const Settings& settings);

Result<PlannedRender> plan_render(const RenderRequest& request, Library& library, const Settings& settings);

}  // namespace rucola::render
