// The step that writes on an image. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "render/plan/anchor.h"
#include "render/plan/color.h"
#include "render/plan/field.h"

namespace rucola::render {

enum class Alignment : std::uint8_t { left, centre, right };

/// Text over the image, as large as it comes out: only the worker, which has the font, knows its size.
struct TextStep {
  std::int32_t font = 0;    ///< index among the job's source files
  std::string text;         ///< UTF-8, without control characters but line feeds
  double size = 16;         ///< pixels an em; with `fit` the worker finds it
  std::int32_t width = 0;   ///< lines are wrapped there; 0: they are not
  std::int32_t height = 0;  ///< the text is cut off there; 0: it is not
  bool fit = false;         ///< the largest size at which the whole text fits into width and height
  double spacing = 0;       ///< pixels between lines, besides the font's own
  Alignment align = Alignment::left;
  Color color{0, 0, 0};
  double opacity = 100;  ///< 0 transparent … 100 opaque
  double degrees = 0;    ///< clockwise
  Anchor anchor;         ///< offsets in pixels of the image

  static constexpr std::string_view name = "text";
  static constexpr std::tuple fields{
      Field{"font", &TextStep::font},       Required{"text", &TextStep::text},
      Field{"size", &TextStep::size},       Field{"width", &TextStep::width},
      Field{"height", &TextStep::height},   Field{"fit", &TextStep::fit},
      Field{"spacing", &TextStep::spacing}, Field{"align", &TextStep::align},
      Field{"color", &TextStep::color},     Field{"opacity", &TextStep::opacity},
      Field{"degrees", &TextStep::degrees}, Field{"anchor", &TextStep::anchor}};
};

}  // namespace rucola::render
