// The steps of a plan: what a worker does to an image, one after the other, all geometry computed.
//
// A step is a value: its name, its fields (from which plan.cpp makes the canonical JSON), and, where it
// changes the size, what the size is afterwards. To add one: write the struct, put it into the variant, and
// write pixels::apply() for it beside the operation that plans it.
//
// Values; no shared state.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

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

/// The canvas that holds an image turned by so many degrees.
Size turned(Size size, double degrees);

/// Exactly to this size, whatever the ratio: the planner has done box, fill and dpr.
struct ResizeStep {
  Size to;

  static constexpr std::string_view name = "resize";
  static constexpr std::tuple fields{Field{"to", &ResizeStep::to}};
  [[nodiscard]] Size after(Size /*before*/) const { return to; }
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
  [[nodiscard]] bool adds_transparency() const;
};

struct GrayscaleStep {
  static constexpr std::string_view name = "grayscale";
  static constexpr std::tuple<> fields{};
};

struct BlurStep {
  double sigma = 4;  ///< pixels

  static constexpr std::string_view name = "blur";
  static constexpr std::tuple fields{Field{"sigma", &BlurStep::sigma}};
};

struct SepiaStep {
  static constexpr std::string_view name = "sepia";
  static constexpr std::tuple<> fields{};
};

/// As the sharpen operation of libvips names them.
struct SharpenStep {
  double sigma = 0;  ///< pixels
  double x1 = 0;
  double y2 = 0;
  double y3 = 0;
  double m1 = 0;
  double m2 = 0;

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
  [[nodiscard]] bool adds_transparency() const { return true; }
};

/// Transparent outside the largest circle around the middle.
struct CircleMaskStep {
  static constexpr std::string_view name = "circle_mask";
  static constexpr std::tuple<> fields{};
  [[nodiscard]] bool adds_transparency() const { return true; }
};

struct Layer;

using Step = std::variant<ResizeStep, CropStep, SmartCropStep, RotateStep, GrayscaleStep, BlurStep,  //
                          SepiaStep, SharpenStep, ModulateStep, MultiplyStep,                        //
                          AlphaMaskStep, AlphaExtractStep, AlphaRemoveStep, OpacityStep, CircleMaskStep>;

/// An image of its own that a step of another one uses: a source file and what is done to it first.
struct Layer {
  std::int32_t file = 0;  ///< index among the job's source files
  Size source;            ///< as Plan::source
  std::vector<Step> steps;

  static constexpr std::tuple fields{Field{"file", &Layer::file}, Field{"source", &Layer::source},
                                     Field{"steps", &Layer::steps}};
};

/// The size of an image after a step.
Size size_after(Size size, const Step& step);

/// May the step leave pixels transparent that were opaque?
bool adds_transparency(const Step& step);

}  // namespace rucola::render
