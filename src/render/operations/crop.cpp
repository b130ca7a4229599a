#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

constexpr std::int64_t largest_offset = 99'999;
constexpr double full_scale = 100;  // percent

constexpr std::string_view anchor_pattern =
    "^(auto|smart|(left|center|right|[0-9]{1,5})[_-](top|center|bottom|[0-9]{1,5}))$";

/// Where the box starts along one axis: at the near edge, in the middle, at the far edge, or at a pixel.
struct Offset {
  enum class Kind { near, middle, far, pixel } kind = Kind::middle;
  std::int64_t pixel = 0;
};

struct Anchor {
  bool smart = false;
  Offset horizontal;
  Offset vertical;
};

std::optional<Offset> parse_offset(std::string_view text, std::string_view near, std::string_view far) {
  if (text == near) return Offset{Offset::Kind::near};
  if (text == "center") return Offset{Offset::Kind::middle};
  if (text == far) return Offset{Offset::Kind::far};
  std::int64_t pixel = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pixel);
  if (error != std::errc{} || end != last || pixel < 0 || pixel > largest_offset) return std::nullopt;
  return Offset{Offset::Kind::pixel, pixel};
}

/// `auto` is the middle: this version knows no subject areas.
std::optional<Anchor> parse_anchor(std::string_view text) {
  if (text == "auto") return Anchor{};
  if (text == "smart") return Anchor{.smart = true, .horizontal = {}, .vertical = {}};
  const std::size_t separator = text.find_first_of("_-");
  if (separator == std::string_view::npos) return std::nullopt;
  const auto horizontal = parse_offset(text.substr(0, separator), "left", "right");
  const auto vertical = parse_offset(text.substr(separator + 1), "top", "bottom");
  if (!horizontal || !vertical) return std::nullopt;
  return Anchor{.smart = false, .horizontal = *horizontal, .vertical = *vertical};
}

bool is_anchor(std::string_view text) {
  return parse_anchor(text).has_value();
}

std::int32_t side(double pixels, std::int32_t most) {
  return static_cast<std::int32_t>(std::clamp(std::round(pixels), 1.0, static_cast<double>(most)));
}

/// The largest box of that ratio inside the image, then the percentage of it.
Size box_of_ratio(Size image, double width, double height, double percent) {
  const double factor = std::min(image.width / width, image.height / height) * percent / full_scale;
  return {side(width * factor, image.width), side(height * factor, image.height)};
}

Size box_size(const OptionReader& options, const PlanningContext& context, double pixel_ratio) {
  const auto width = static_cast<double>(options.integer("width"));
  const auto height = static_cast<double>(options.integer("height"));
  const double percent = options.number("scale");
  if (options.text("mode") == "ratio") return box_of_ratio(context.size, width, height, percent);
  const double factor = pixel_ratio * percent / full_scale;
  return {side(width * factor, context.size.width), side(height * factor, context.size.height)};
}

/// The start of a box of length `box` on an axis of length `image`; it never reaches over an edge.
std::int32_t start(const Offset& offset, std::int32_t image, std::int32_t box, double pixel_ratio) {
  const std::int32_t room = image - box;
  switch (offset.kind) {
    case Offset::Kind::near:
      return 0;
    case Offset::Kind::middle:
      return room / 2;
    case Offset::Kind::far:
      return room;
    case Offset::Kind::pixel: {
      const auto wanted = std::llround(static_cast<double>(offset.pixel) * pixel_ratio);
      return static_cast<std::int32_t>(std::min<std::int64_t>(wanted, room));
    }
  }
  return 0;
}

Anchor chosen_anchor(const OptionReader& options) {
  const std::string_view name =
      options.text("anchor") == "auto" ? options.text("fallback") : options.text("anchor");
  return parse_anchor(name).value_or(Anchor{});
}

Result<void> plan(const OptionReader& options, PlanningContext& context) {
  // Before a resize the image has its own pixels; after it, dpr of them stand for one of the stack's.
  const double pixel_ratio = context.in_device_pixels ? context.dpr : 1;
  const Size box = box_size(options, context, pixel_ratio);
  if (box == context.size) return {};
  const Anchor anchor = chosen_anchor(options);
  if (anchor.smart) {
    context.append(SmartCropStep{box});
  } else {
    context.append(CropStep{.left = start(anchor.horizontal, context.size.width, box.width, pixel_ratio),
                            .top = start(anchor.vertical, context.size.height, box.height, pixel_ratio),
                            .size = box});
  }
  return {};
}

}  // namespace

const Operation& crop() {
  static const Operation row{
      .name = "crop",
      .description =
          "Cuts a box out of the image. A box that is larger than the image is cut down to it, one "
          "that reaches over an edge is moved inside.",
      .options =
          {
              {.name = "width",
               .type = OptionType::integer,
               .minimum = 1,
               .maximum = 99'999,
               .help = "Width of the box: pixels, or its part of the ratio."},
              {.name = "height",
               .type = OptionType::integer,
               .minimum = 1,
               .maximum = 99'999,
               .help = "Height of the box: pixels, or its part of the ratio."},
              {.name = "anchor",
               .type = OptionType::text,
               .default_value = "auto",
               .pattern = anchor_pattern,
               .accepts = is_anchor,
               .later_values = {"subjectarea", "face", "croparea"},
               .help =
                   "Where the box is: left, center, right or a number of pixels, then top, center, bottom or "
                   "a "
                   "number of pixels, as in left_top or 10_20; smart looks for what draws attention; auto "
                   "is the fallback."},
              {.name = "fallback",
               .type = OptionType::text,
               .default_value = "center_center",
               .pattern = anchor_pattern,
               .accepts = is_anchor,
               .later_values = {"subjectarea", "face", "croparea"},
               .help = "The anchor that auto stands for where the image has no subject area."},
              {.name = "mode",
               .type = OptionType::choice,
               .default_value = "absolute",
               .values = {"absolute", "ratio"},
               .later_values = {"box", "area"},
               .help = "absolute: width and height are pixels; ratio: the largest box of that ratio."},
              {.name = "scale",
               .type = OptionType::number,
               .minimum = 1,
               .maximum = full_scale,
               .default_value = full_scale,
               .help = "Percentage that the box is scaled down to, around its anchor."},
              enabled_option,
          },
      .required = {"width", "height"},
      .one_of = {},
      .later = {"area", "movearea_x", "movearea_y"},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
