// Which format a render is written in, and how: the requested one, or with autoformat or
// jpg.transparency.autoformat a better one that the client accepts.
//
// Pure; thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "render/operations/option_schema.h"
#include "render/plan/plan.h"
#include "render/planning/accept.h"
#include "render/stack/definition.h"

namespace rucola::render {

/// What of a render decides how it can be written.
struct RenderFacts {
  Format source = Format::png;
  bool animated = false;     ///< the source has several frames
  bool see_through = false;  ///< the result may have transparent pixels
  bool as_it_is = false;     ///< the source is a drawing that nothing is done to, or only a resize
  bool resized = false;      ///< as it is: it comes out of another size
};

/// `requested` is a format that this build writes.
Encoding choose_encoding(const Options& stack_options, Format requested, const RenderFacts& facts,
                         AcceptClass accept);

/// Instead of choose_encoding()'s, should the result turn out to have transparent pixels: the option
/// jpg.transparency.autoformat.
std::optional<Encoding> choose_if_transparent(const Options& stack_options, Format requested,
                                              const RenderFacts& facts, AcceptClass accept);

/// Of autoformat's conversions: does the option autoformat.exclude name it?
bool is_excluded(const Options& stack_options, std::string_view conversion);

/// JPEG and WebP have a lower quality by default where the screen's pixels are so small that they hide what
/// it costs: dpr over 1.5.
bool lowers_quality(const OptionReader& stack_options, Format format);

/// What autoformat makes of a JPEG.
Format usual_lossy_format(const Options& stack_options, const RenderFacts& facts, AcceptClass accept);

/// With the qualities and colours that the options say.
Encoding encoding_in(const Options& stack_options, Format format, bool lossless, const RenderFacts& facts);

/// Could another client get another encoding?
bool varies_on_accept(const Options& stack_options, Format requested, const RenderFacts& facts);

}  // namespace rucola::render
