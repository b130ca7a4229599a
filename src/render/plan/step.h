// The steps of a plan: what a worker does to an image, one after the other, all geometry computed.
//
// A step is a value: its name, its fields (from which the canonical text is made), and, where it changes the
// size, what the size is afterwards, after(), and where it puts the pixels, moves(). To add one: write the
// struct in steps/, put it into the variant, and write pixels::apply() for it beside the operation that plans
// it.
//
// A step may hold a layer, which has steps of its own. Values; no shared state.
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>
#include <variant>
#include <vector>

#include "render/plan/field.h"
#include "render/plan/placement.h"
#include "render/plan/size.h"
#include "render/plan/steps/alpha_extract.h"
#include "render/plan/steps/alpha_mask.h"
#include "render/plan/steps/alpha_remove.h"
#include "render/plan/steps/bitonal.h"
#include "render/plan/steps/blur.h"
#include "render/plan/steps/circle_mask.h"
#include "render/plan/steps/composition.h"
#include "render/plan/steps/crop.h"
#include "render/plan/steps/dropshadow.h"
#include "render/plan/steps/enlarged_part.h"
#include "render/plan/steps/glitch.h"
#include "render/plan/steps/grayscale.h"
#include "render/plan/steps/mirror.h"
#include "render/plan/steps/modulate.h"
#include "render/plan/steps/multiply.h"
#include "render/plan/steps/opacity.h"
#include "render/plan/steps/primitive.h"
#include "render/plan/steps/resize.h"
#include "render/plan/steps/rotate.h"
#include "render/plan/steps/sepia.h"
#include "render/plan/steps/sharpen.h"
#include "render/plan/steps/smart_crop.h"
#include "render/plan/steps/text.h"
#include "render/plan/svg_change.h"

namespace rucola::render {

using Step = std::variant<ResizeStep, CropStep, SmartCropStep, RotateStep, MirrorStep, GrayscaleStep,
                          BitonalStep, BlurStep,                                                          //
                          SepiaStep, SharpenStep, ModulateStep, MultiplyStep,                             //
                          AlphaMaskStep, AlphaExtractStep, AlphaRemoveStep, OpacityStep, CircleMaskStep,  //
                          DropShadowStep, GlitchStep, PrimitiveStep,                                      //
                          CompositionStep, TextStep, EnlargedPartStep>;

/// An image of its own that a step of another one uses: a source file and what is done to it first.
struct Layer {
  std::int32_t file = 0;                 ///< index among the job's source files
  std::int32_t page = 0;                 ///< of a document, from 1; 0 where the source has none
  std::int32_t timestamp = -1;           ///< as Plan::timestamp
  std::vector<SvgChange> svg_changes{};  ///< made before the drawing is loaded
  Size source;                           ///< as Plan::source
  std::vector<Step> steps;

  static constexpr std::tuple fields{
      Field{"file", &Layer::file},           Field{"page", &Layer::page},
      Field{"timestamp", &Layer::timestamp}, Field{"svg_changes", &Layer::svg_changes},
      Required{"source", &Layer::source},    Field{"steps", &Layer::steps}};
};

/// After the layer's steps.
Size size_of(const Layer& layer);
/// The size of an image after a step.
Size size_after(Size size, const Step& step);

/// Where it puts the pixels; nothing where that is not known, or level lines don't stay level.
std::optional<Placement> placement_of(const Step& step, Size before);

/// May an opaque image have transparent pixels after it?
bool makes_transparent(const Step& step);

}  // namespace rucola::render
