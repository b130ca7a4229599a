#include <algorithm>
#include <cmath>
#include <optional>

#include "render/operations/anchor.h"
#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

constexpr double full_scale = 100;  // percent

constexpr std::string_view crop_anchor_pattern =
    "^(auto|smart|(left|center|right|[0-9]{1,5})[_-](top|center|bottom|[0-9]{1,5}))$";

struct CropAnchor {
  bool smart = false;
  Anchor place;
};

/// `auto` is the middle: this version knows no subject areas.
std::optional<CropAnchor> parse_crop_anchor(std::string_view text) {
  if (text == "auto") return CropAnchor{};
  if (text == "smart") return CropAnchor{.smart = true, .place = {}};
  const auto place = parse_anchor(text);
  if (!place) return std::nullopt;
  return CropAnchor{.smart = false, .place = *place};
}

bool is_anchor(std::string_view text) {
  return parse_crop_anchor(text).has_value();
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

CropAnchor chosen_anchor(const OptionReader& options) {
  const std::string_view name =
      options.text("anchor") == "auto" ? options.text("fallback") : options.text("anchor");
  return parse_crop_anchor(name).value_or(CropAnchor{});
}

Result<void> plan(const OptionReader& options, PlanningContext& context) {
  // Before a resize the image has its own pixels; after it, dpr of them stand for one of the stack's.
  const double pixel_ratio = context.in_device_pixels ? context.dpr : 1;
  const Size box = box_size(options, context, pixel_ratio);
  if (box == context.size) return {};
  const auto [smart, place] = chosen_anchor(options);
  if (smart) {
    context.append(SmartCropStep{box});
  } else {
    context.append(
        CropStep{.left = start_inside(place.horizontal, context.size.width, box.width, pixel_ratio),
                 .top = start_inside(place.vertical, context.size.height, box.height, pixel_ratio),
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
               .pattern = crop_anchor_pattern,
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
               .pattern = crop_anchor_pattern,
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
