// From a stack, a source image and what the client accepts to a plan.
//
// Pure but for the library it asks; thread-safe, immutable. Errors: bad_request (a value that makes no sense,
// dpr without a resize), unsupported_media_type (a format that this build can't write), payload_too_large and
// unprocessable with the limit named.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "render/operations/surroundings.h"
#include "render/plan/planned_render.h"
#include "render/plan/render_keys.h"
#include "render/plan/step.h"
#include "render/planning/accept.h"
#include "render/planning/film_renditions.h"
#include "render/planning/library.h"
#include "render/settings.h"
#include "render/source/facts.h"
#include "render/stack/definition.h"

namespace rucola::render {

/// A render whose result is what another one works on, as its URL would show it to a client that names no
/// format.
struct StackBelow {
  const StackDefinition& stack;  ///< with its URL's overrides
  std::string_view format;       ///< as its URL has it
  NamedValues url_variables{};
  bool url_operates = false;  ///< as RenderRequest's
  /// It is the URL of a video itself, and a time stands behind it, in milliseconds: the picture that the
  /// video shows then is the result, whatever the stack would do to pictures of it.
  std::optional<std::int32_t> still_at{};
};

struct RenderRequest {
  const StackDefinition& stack;  ///< with the URL's overrides
  const SourceFacts& source;
  std::string_view format;  ///< as the URL has it
  AcceptClass accept = AcceptClass::neither;
  bool save_data = false;           ///< the request header Save-Data is "on"
  NamedValues url_variables = {};   ///< for the stacks that this one uses
  bool url_reads_private = false;   ///< as EvaluationInputs::url_reads_private
  bool url_operates = false;        ///< the URL itself, not only its stack, asks for operations
  std::vector<StackBelow> below{};  ///< each works on the result of the next, the last on `source`
  std::string_view slug = {};       ///< of a film's lists and parts, where it has a meaning
};

/// There is nothing to render, the original is delivered: by the stack option source_file, or because it is a
/// video, which was asked for as one.
struct OriginalWanted {
  bool attachment = false;  ///< as PlannedRender's
};

/// A list of what a video is streamed by.
struct FilmList {
  struct Rendition {
    std::string name;  ///< as URLs have it
    Size size;
    double bits_per_second = 0;
    std::string video{};  ///< hash of the linked video that it is; empty: it is made of the video itself
  };
  enum class Of { renditions, parts } of = Of::parts;
  std::vector<Rendition> renditions;  ///< that it is a list of; or the one whose parts it lists
  std::vector<double> seconds{};      ///< of each part
  bool varies_on_save_data = false;
  bool reads_user_metadata = false;
  bool attachment = false;  ///< as PlannedRender's
};

/// What a request comes to, unless it is refused. After a measurement the same request is planned again.
using Planned = std::variant<NeededMeasurement, PlannedRender, OriginalWanted, FilmList>;

class Planner {
 public:
  /// `vips_version`: as the workers report it, for the keys.
  Planner(Settings settings, std::string_view vips_version)
      : settings_(std::move(settings)), keys_(vips_version) {}

  [[nodiscard]] Result<Planned> plan(const RenderRequest& request, Library& library) const;

  /// A picture whose steps (crop, then resize, then others) somebody else has planned, in `format`, with the
  /// default qualities. That of a large source is made from its pyramid.
  [[nodiscard]] Result<PlannedRender> plan_steps(const SourceFacts& source, std::vector<Step> steps,
                                                 std::string_view format) const;

 private:
  const Settings settings_;
  const RenderKeys keys_;
};

}  // namespace rucola::render
