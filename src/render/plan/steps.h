// The steps of a plan: what a worker does to an image, one after the other, all geometry computed.
//
// A step is a value: its name, its fields (from which plan.cpp makes the canonical JSON), and, where it
// changes the size, what the size is afterwards, after(), and where it puts the pixels, moves(). To add one:
// write the struct, put it into the variant, and write pixels::apply() for it beside the operation that plans
// it.
//
// Values; no shared state.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "render/plan/anchor.h"
#include "render/plan/placement.h"

namespace rucola::render {

struct Size {
  std::int32_t width = 0;   ///< pixels
  std::int32_t height = 0;  ///< pixels of one frame
  bool operator==(const Size&) const = default;
};

struct Color {
  std::uint8_t red = 255;
  std::uint8_t green = 255;
  std::uint8_t blue = 255;
  bool operator==(const Color&) const = default;
};

/// A member of a step and what the JSON calls it.
template <class Owner, class Member>
struct Field {
  std::string_view name;
  Member Owner::* member;
};

/// Of a box on an image, in pixels; negative where it starts outside.
struct Position {
  std::int32_t left = 0;
  std::int32_t top = 0;
  bool operator==(const Position&) const = default;

  static constexpr std::tuple fields{Field{"left", &Position::left}, Field{"top", &Position::top}};
};

/// An attribute of an SVG's element is set before the drawing is loaded.
struct SvgChange {
  std::string id;  ///< of the element
  std::string attribute;
  std::string value;

  static constexpr std::tuple fields{Field{"id", &SvgChange::id}, Field{"attr", &SvgChange::attribute},
                                     Field{"value", &SvgChange::value}};
};

/// The canvas that holds an image turned by so many degrees.
Size turned(Size size, double degrees);
/// 0 up to, not including, 360: what a turn means, whichever way it was written.
double normalised_turn(double degrees);

/// Exactly to this size, whatever the ratio: the planner has done box, fill and dpr.
struct ResizeStep {
  Size to;

  static constexpr std::string_view name = "resize";
  static constexpr std::tuple fields{Field{"to", &ResizeStep::to}};
  [[nodiscard]] Size after(Size /*before*/) const { return to; }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
};

/// Lies inside the image.
struct CropStep {
  std::int32_t left = 0;
  std::int32_t top = 0;
  Size size;

  static constexpr std::string_view name = "crop";
  static constexpr std::tuple fields{Field{"left", &CropStep::left}, Field{"top", &CropStep::top},
                                     Field{"size", &CropStep::size}};
  [[nodiscard]] Size after(Size /*before*/) const { return size; }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
};

/// The worker finds where the attention is.
struct SmartCropStep {
  Size size;

  static constexpr std::string_view name = "smart_crop";
  static constexpr std::tuple fields{Field{"size", &SmartCropStep::size}};
  [[nodiscard]] Size after(Size /*before*/) const { return size; }
};

/// Clockwise. The canvas grows to hold the corners.
struct RotateStep {
  double degrees = 0;
  Color background;
  double background_opacity = 0;  ///< 0 transparent … 100 opaque

  static constexpr std::string_view name = "rotate";
  static constexpr std::tuple fields{Field{"degrees", &RotateStep::degrees},
                                     Field{"background", &RotateStep::background},
                                     Field{"background_opacity", &RotateStep::background_opacity}};
  [[nodiscard]] Size after(Size before) const { return turned(before, degrees); }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
  [[nodiscard]] bool makes_transparent() const;
};

/// Left and right change places.
struct MirrorStep {
  static constexpr std::string_view name = "mirror";
  static constexpr std::tuple<> fields{};
};

/// Black and white and nothing between: of a grey image, what is half as bright as white becomes white.
struct BitonalStep {
  static constexpr std::string_view name = "bitonal";
  static constexpr std::tuple<> fields{};
};

struct GrayscaleStep {
  static constexpr std::string_view name = "grayscale";
  static constexpr std::tuple<> fields{};
};

struct BlurStep {
  double sigma = 4;  ///< pixels
  std::int32_t radius =
      0;  ///< pixels; where the bell curve is cut off, 0: where it has come to next to nothing

  static constexpr std::string_view name = "blur";
  static constexpr std::tuple fields{Field{"sigma", &BlurStep::sigma}, Field{"radius", &BlurStep::radius}};
};

struct SepiaStep {
  static constexpr std::string_view name = "sepia";
  static constexpr std::tuple<> fields{};
};

/// As the sharpen operation of libvips names them.
struct SharpenStep {
  double sigma = 0.7;  ///< pixels
  double x1 = 2;
  double y2 = 10;
  double y3 = 20;
  double m1 = 0.4;
  double m2 = 0.8;

  static constexpr std::string_view name = "sharpen";
  static constexpr std::tuple fields{Field{"sigma", &SharpenStep::sigma}, Field{"x1", &SharpenStep::x1},
                                     Field{"y2", &SharpenStep::y2},       Field{"y3", &SharpenStep::y3},
                                     Field{"m1", &SharpenStep::m1},       Field{"m2", &SharpenStep::m2}};
};

/// In the CIE colour space LCh: lightness and chroma are multiplied, the hue is turned.
struct ModulateStep {
  std::int32_t brightness = 100;  ///< percent
  std::int32_t saturation = 100;  ///< percent
  std::int32_t hue = 0;           ///< degrees

  static constexpr std::string_view name = "modulate";
  static constexpr std::tuple fields{Field{"brightness", &ModulateStep::brightness},
                                     Field{"saturation", &ModulateStep::saturation},
                                     Field{"hue", &ModulateStep::hue}};
};

/// Factors of the channels, 0 to 1.
struct MultiplyStep {
  double red = 1;
  double green = 1;
  double blue = 1;

  static constexpr std::string_view name = "multiply";
  static constexpr std::tuple fields{Field{"red", &MultiplyStep::red}, Field{"green", &MultiplyStep::green},
                                     Field{"blue", &MultiplyStep::blue}};
};

/// The opacity as a grey image, white where the image is opaque.
struct AlphaMaskStep {
  static constexpr std::string_view name = "alpha_mask";
  static constexpr std::tuple<> fields{};
};

/// The opacity alone: black all over.
struct AlphaExtractStep {
  static constexpr std::string_view name = "alpha_extract";
  static constexpr std::tuple<> fields{};
};

/// The colours as they are stored, however transparent they were.
struct AlphaRemoveStep {
  static constexpr std::string_view name = "alpha_remove";
  static constexpr std::tuple<> fields{};
};

struct OpacityStep {
  std::int32_t percent = 100;  ///< of the opacity that each pixel has

  static constexpr std::string_view name = "opacity";
  static constexpr std::tuple fields{Field{"percent", &OpacityStep::percent}};
  [[nodiscard]] bool makes_transparent() const { return true; }
};

/// Transparent outside the largest circle around the middle.
struct CircleMaskStep {
  static constexpr std::string_view name = "circle_mask";
  static constexpr std::tuple<> fields{};
  [[nodiscard]] bool makes_transparent() const { return true; }
};

/// Behind the image, whose canvas grows as far as the shadow reaches.
struct DropShadowStep {
  std::int32_t horizontal = 0;  ///< pixels to the right
  std::int32_t vertical = 0;    ///< pixels down
  std::int32_t opacity = 0;     ///< percent
  double sigma = 0;             ///< pixels
  std::int32_t reach = 0;       ///< pixels by which the blur spreads the shadow
  Color color{};

  static constexpr std::string_view name = "dropshadow";
  static constexpr std::tuple fields{
      Field{"horizontal", &DropShadowStep::horizontal}, Field{"vertical", &DropShadowStep::vertical},
      Field{"opacity", &DropShadowStep::opacity},       Field{"sigma", &DropShadowStep::sigma},
      Field{"reach", &DropShadowStep::reach},           Field{"color", &DropShadowStep::color}};
  /// What the canvas grows by on a side.
  [[nodiscard]] std::int32_t left() const { return std::max(0, reach - horizontal); }
  [[nodiscard]] std::int32_t top() const { return std::max(0, reach - vertical); }
  [[nodiscard]] std::int32_t right() const { return std::max(0, reach + horizontal); }
  [[nodiscard]] std::int32_t bottom() const { return std::max(0, reach + vertical); }
  [[nodiscard]] Size after(Size before) const {
    return {before.width + left() + right(), before.height + top() + bottom()};
  }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
  [[nodiscard]] bool makes_transparent() const { return left() + top() + right() + bottom() > 0; }
};

/// Lines of pixels pushed sideways and channels that come apart, as in a damaged file.
struct GlitchStep {
  std::int32_t amount = 4;  ///< 1 to 10
  std::int32_t seed = 0;

  static constexpr std::string_view name = "glitch";
  static constexpr std::tuple fields{Field{"amount", &GlitchStep::amount}, Field{"seed", &GlitchStep::seed}};
};

/// The image out of half transparent shapes.
struct PrimitiveStep {
  std::int32_t count = 20;
  std::int32_t mode = 0;  ///< as the operation numbers the shapes

  static constexpr std::string_view name = "primitive";
  static constexpr std::tuple fields{Field{"count", &PrimitiveStep::count},
                                     Field{"mode", &PrimitiveStep::mode}};
};

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
  static constexpr std::tuple fields{Field{"canvas", &CompositionStep::canvas},
                                     Field{"image", &CompositionStep::image},
                                     Field{"image_in_front", &CompositionStep::image_in_front},
                                     Field{"image_left_out", &CompositionStep::image_left_out},
                                     Field{"layer", &CompositionStep::layer},
                                     Field{"overlay", &CompositionStep::overlay},
                                     Field{"color", &CompositionStep::color},
                                     Field{"opacity", &CompositionStep::opacity},
                                     Field{"degrees", &CompositionStep::degrees},
                                     Field{"overlay_at", &CompositionStep::overlay_at},
                                     Field{"leaves_gaps", &CompositionStep::leaves_gaps}};
  [[nodiscard]] Size after(Size /*before*/) const { return canvas; }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
  [[nodiscard]] bool makes_transparent() const { return leaves_gaps; }
};

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
      Field{"font", &TextStep::font},       Field{"text", &TextStep::text},
      Field{"size", &TextStep::size},       Field{"width", &TextStep::width},
      Field{"height", &TextStep::height},   Field{"fit", &TextStep::fit},
      Field{"spacing", &TextStep::spacing}, Field{"align", &TextStep::align},
      Field{"color", &TextStep::color},     Field{"opacity", &TextStep::opacity},
      Field{"degrees", &TextStep::degrees}, Field{"anchor", &TextStep::anchor}};
};

using Step = std::variant<ResizeStep, CropStep, SmartCropStep, RotateStep, MirrorStep, GrayscaleStep,
                          BitonalStep, BlurStep,                                                          //
                          SepiaStep, SharpenStep, ModulateStep, MultiplyStep,                             //
                          AlphaMaskStep, AlphaExtractStep, AlphaRemoveStep, OpacityStep, CircleMaskStep,  //
                          DropShadowStep, GlitchStep, PrimitiveStep,                                      //
                          CompositionStep, TextStep>;

/// An image of its own that a step of another one uses: a source file and what is done to it first.
struct Layer {
  std::int32_t file = 0;                 ///< index among the job's source files
  std::int32_t page = 0;                 ///< of a document, from 1; 0 where the source has none
  std::vector<SvgChange> svg_changes{};  ///< made before the drawing is loaded
  Size source;                           ///< as Plan::source
  std::vector<Step> steps;

  static constexpr std::tuple fields{Field{"file", &Layer::file}, Field{"page", &Layer::page},
                                     Field{"svg_changes", &Layer::svg_changes},
                                     Field{"source", &Layer::source}, Field{"steps", &Layer::steps}};
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
