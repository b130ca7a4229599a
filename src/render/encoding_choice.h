// Which format a render is written in, and how: the requested one, or with autoformat or
// jpg.transparency.autoformat a better one that the client accepts.
//
// Pure; thread-safe.
#pragma once

#include <optional>

#include "render/plan.h"
#include "render/planner.h"
#include "render/stack_definition.h"

namespace rucola::render {

/// What of a render decides how it can be written.
struct RenderFacts {
  Format source = Format::png;
  bool animated = false;     ///< the source has several frames
  bool see_through = false;  ///< the result may have transparent pixels
  bool as_it_is = false;     ///< the source is a drawing that nothing is done to
};

/// `requested` is a format that this build writes.
Encoding choose_encoding(const Options& stack_options, Format requested, const RenderFacts& facts,
                         AcceptClass accept);

/// Instead of choose_encoding()'s, should the result turn out to have transparent pixels: the option
/// jpg.transparency.autoformat.
std::optional<Encoding> choose_if_transparent(const Options& stack_options, Format requested,
                                              const RenderFacts& facts, AcceptClass accept);

/// Could another client get another encoding?
bool varies_on_accept(const Options& stack_options, Format requested, const RenderFacts& facts);

}  // namespace rucola::render
