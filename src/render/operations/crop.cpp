#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "render/operations/crop_target.h"
#include "render/operations/table.h"
#include "render/plan/anchor.h"

namespace rucola::render::operation {
namespace {

using Kind = CropAnchor::Kind;

constexpr double whole = 100;  // percent

bool is_anchor(std::string_view text) {
  return parse_crop_anchor(text).has_value();
}

bool is_area_name(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

struct Sides {
  double width;
  double height;
};

/// What the options ask for.
struct Wish {
  Sides box;  ///< pixels of the image as it is now, or a ratio
  double scale = 1;
  std::string_view mode;
};

Wish wish_of(const OptionReader& options, const PixelScale& pixels) {
  Wish wish{
      .box = {static_cast<double>(options.integer("width")), static_cast<double>(options.integer("height"))},
      .scale = options.number("scale") / whole,
      .mode = options.text("mode")};
  const bool in_pixels = wish.mode == "absolute" || wish.mode == "box";
  if (in_pixels) wish.box = {wish.box.width * pixels.across, wish.box.height * pixels.down};
  return wish;
}

/// At least one pixel, and no more than there are.
Size whole_pixels(const Sides& sides, Size most) {
  const auto side = [](double pixels, std::int32_t most_pixels) {
    return static_cast<std::int32_t>(std::clamp(std::round(pixels), 1.0, static_cast<double>(most_pixels)));
  };
  return {side(sides.width, most.width), side(sides.height, most.height)};
}

Sides times(const Sides& sides, double factor) {
  return {sides.width * factor, sides.height * factor};
}

Sides largest_inside(const Sides& ratio, const Sides& room) {
  return times(ratio, std::min(room.width / ratio.width, room.height / ratio.height));
}

Sides smallest_around(const Sides& ratio, const Sides& area) {
  return times(ratio, std::max(area.width / ratio.width, area.height / ratio.height));
}

Sides sides_of(Size size) {
  return {static_cast<double>(size.width), static_cast<double>(size.height)};
}

/// Without an area, `box` means what `absolute` means, and `area` what `ratio` does.
Size box_without_area(const Wish& wish, Size image) {
  const bool by_ratio = wish.mode == "ratio" || wish.mode == "area";
  const Sides box = by_ratio ? largest_inside(wish.box, sides_of(image)) : wish.box;
  return whole_pixels(times(box, wish.scale), image);
}

Sides box_around_area(const Wish& wish, const CropTarget& target, Size image) {
  const Sides area{target.box.width, target.box.height};
  const Sides room = target.is_frame ? area : sides_of(image);
  if (wish.mode == "box") return area;
  if (wish.mode == "ratio") return largest_inside(wish.box, room);
  if (wish.mode == "absolute")
    return {std::min(wish.box.width, room.width), std::min(wish.box.height, room.height)};
  const Sides around = smallest_around(wish.box, area);
  const bool fits = around.width <= image.width && around.height <= image.height;
  return fits ? around : largest_inside(wish.box, sides_of(image));
}

/// Where a box has its middle at that point, or as near to it as the image allows.
std::int32_t start_around(double middle, std::int32_t box, std::int32_t image) {
  const double start = std::round(middle - box / 2.0);
  return static_cast<std::int32_t>(std::clamp(start, 0.0, static_cast<double>(image - box)));
}

CropStep crop_around(const Wish& wish, const CropTarget& target, Size image) {
  const Size size = whole_pixels(times(box_around_area(wish, target, image), wish.scale), image);
  const Box& area = target.box;
  return {.left = start_around(area.left + area.width / 2, size.width, image.width),
          .top = start_around(area.top + area.height / 2, size.height, image.height),
          .size = size};
}

void append_crop(const CropStep& crop, PlanningContext& context) {
  if (crop.size != context.size) context.append(crop);
}

/// False where the anchor means an area that the image doesn't have.
bool plan_at(const CropAnchor& anchor, const OptionReader& options, PlanningContext& context) {
  const PixelScale pixels = context.pixel_scale;
  const Wish wish = wish_of(options, pixels);
  const Size image = context.size;
  if (anchor.kind != Kind::smart && anchor.kind != Kind::place) {
    auto target = find_target(anchor.kind, options.optional_text("area").value_or(""), context);
    if (!target) return false;
    target->box.left += target->box.width * options.number("movearea_x") / whole;
    target->box.top += target->box.height * options.number("movearea_y") / whole;
    append_crop(crop_around(wish, *target, image), context);
    return true;
  }
  const Size box = box_without_area(wish, image);
  if (anchor.kind == Kind::smart) {
    if (box != image) context.append(SmartCropStep{box});
    return true;
  }
  append_crop({.left = start_inside(anchor.place.horizontal, image.width, box.width, pixels.across),
               .top = start_inside(anchor.place.vertical, image.height, box.height, pixels.down),
               .size = box},
              context);
  return true;
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  for (const char* option : {"anchor", "fallback"}) {
    const auto anchor = parse_crop_anchor(options.text(option));
    if (anchor && plan_at(*anchor, options, context)) return {};
  }
  plan_at({.kind = Kind::place, .place = {}}, options, context);
  return {};
}

}  // namespace

const Operation& crop() {
  static const Operation row{
      .name = "crop",
      .description =
          "Cuts a box out of the image. A box that is larger than the image is cut down to it, one "
          "that reaches over an edge is moved inside. Areas are those of the image's dynamic metadata.",
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
               .help =
                   "Where the box is: left, center, right or a number of pixels, then top, center, bottom or "
                   "a number of pixels, as in left_top or 10_20; smart looks for what draws attention; "
                   "subjectarea, croparea and face are areas of the image, auto the first of them that the "
                   "image has."},
              {.name = "fallback",
               .type = OptionType::text,
               .default_value = "center_center",
               .pattern = crop_anchor_pattern,
               .accepts = is_anchor,
               .help = "The anchor where the image has no such area."},
              {.name = "mode",
               .type = OptionType::choice,
               .default_value = "absolute",
               .values = {"absolute", "ratio", "box", "area"},
               .help =
                   "absolute: width and height are pixels; ratio: the largest box of that ratio; box: the "
                   "area itself; area: the smallest box of that ratio with the whole area in it. "
                   "Without an area, box is absolute and area is ratio."},
              {.name = "scale",
               .type = OptionType::number,
               .minimum = 0,
               .maximum = whole,
               .default_value = whole,
               .help =
                   "Percentage that the box is scaled down to, around its anchor; at least a pixel stays."},
              {.name = "movearea_x",
               .type = OptionType::number,
               .minimum = -1'000,
               .maximum = 1'000,
               .default_value = 0.0,
               .help = "Moves the area to the right by this percentage of its width before the crop."},
              {.name = "movearea_y",
               .type = OptionType::number,
               .minimum = -1'000,
               .maximum = 1'000,
               .default_value = 0.0,
               .help = "Moves the area down by this percentage of its height before the crop."},
              {.name = "area",
               .type = OptionType::text,
               .pattern = "^[a-zA-Z0-9_]+$",
               .accepts = is_area_name,
               .help = "Name of one of the image's multi_areas, which then goes before the image's other "
                       "areas."},
              enabled_option,
          },
      .required = {"width", "height"},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
