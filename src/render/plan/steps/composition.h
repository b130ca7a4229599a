// The step that puts another picture before or behind an image. A value.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "render/plan/color.h"
#include "render/plan/field.h"
#include "render/plan/placement.h"
#include "render/plan/size.h"

namespace rucola::render {

struct Layer;

/// Another picture, or a box of one colour, before or behind the image, on a canvas that holds both. What
/// reaches over the canvas is cut off.
struct CompositionStep {
  Size canvas;
  Position image;  ///< of the image on the canvas
  bool image_in_front = false;
  bool image_left_out = false;  ///< the other picture alone
  std::vector<Layer> layer;     ///< the other picture; none: a box of the colour
  Size overlay;                 ///< of the layer or the box
  Color color{0, 0, 0};         ///< of the box
  double opacity = 100;         ///< of the layer or the box: 0 transparent … 100 opaque
  double degrees = 0;           ///< by which the layer or the box is turned, as RotateStep::degrees
  Position overlay_at;          ///< after it was turned
  bool leaves_gaps = true;      ///< the canvas may show where neither covers it, or through the other picture

  static constexpr std::string_view name = "composition";
  static constexpr std::tuple fields{Required{"canvas", &CompositionStep::canvas},
                                     Field{"image", &CompositionStep::image},
                                     Field{"image_in_front", &CompositionStep::image_in_front},
                                     Field{"image_left_out", &CompositionStep::image_left_out},
                                     Field{"layer", &CompositionStep::layer},
                                     Required{"overlay", &CompositionStep::overlay},
                                     Field{"color", &CompositionStep::color},
                                     Field{"opacity", &CompositionStep::opacity},
                                     Field{"degrees", &CompositionStep::degrees},
                                     Field{"overlay_at", &CompositionStep::overlay_at},
                                     Field{"leaves_gaps", &CompositionStep::leaves_gaps}};
  [[nodiscard]] Size after(Size /*before*/) const { return canvas; }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
  [[nodiscard]] bool makes_transparent() const { return leaves_gaps; }
};

}  // namespace rucola::render
