#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

/// Nothing where it is no box that lies on the image: a worker measured it, and what decodes strangers' files
/// is not believed.
std::optional<CropStep> box_in(const Measured& measured, Size image) {
  if (measured.size() != 4) return std::nullopt;
  const auto lies_inside = [](double start, double length, double whole) {
    return start >= 0 && length >= 1 && start + length <= whole;
  };
  if (!lies_inside(measured[0], measured[2], image.width)) return std::nullopt;
  if (!lies_inside(measured[1], measured[3], image.height)) return std::nullopt;
  const auto pixels = [&](std::size_t i) { return static_cast<std::int32_t>(measured[i]); };
  return CropStep{.left = pixels(0), .top = pixels(1), .size = {pixels(2), pixels(3)}};
}

/// As many more pixels on every side as the image has there.
CropStep with_padding(const CropStep& kept, std::int64_t padding, const PlanningContext& context) {
  const auto wanted = [&](double scale) {
    return static_cast<std::int32_t>(std::lround(static_cast<double>(padding) * scale));
  };
  const std::int32_t across = wanted(context.pixel_scale.across);
  const std::int32_t down = wanted(context.pixel_scale.down);
  const std::int32_t left = std::max(0, kept.left - across);
  const std::int32_t top = std::max(0, kept.top - down);
  const std::int32_t right = std::min(context.size.width, kept.left + kept.size.width + across);
  const std::int32_t bottom = std::min(context.size.height, kept.top + kept.size.height + down);
  return {.left = left, .top = top, .size = {right - left, bottom - top}};
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const auto measured = context.measure({.kind = Measurement::Kind::trim,
                                         .fuzzy = options.number("fuzzy"),
                                         .background = options.optional_color("color")});
  if (!measured) return std::unexpected(measured.error());
  const auto kept = box_in(*measured, context.size);
  if (!kept) return fail(ErrorCode::internal, "The image could not be processed.", "a measured box is none");
  const CropStep crop = with_padding(*kept, options.integer("padding"), context);
  if (crop.size != context.size) context.append(crop);
  return {};
}

}  // namespace

const Operation& trim() {
  static const Operation row{
      .name = "trim",
      .description =
          "Cuts off edges that show nothing but background, which is the colour of the pixel at the top "
          "left, or a given one. "
          "An image that is all background stays as it is. Of an animation everything stays that any frame "
          "shows.",
      .options =
          {
              {.name = "fuzzy",
               .type = OptionType::number,
               .minimum = 0,
               .maximum = 100,
               .default_value = 0.0,
               .help = "By how much background may differ from itself, as a percentage of the largest "
                       "difference there is."},
              {.name = "color",
               .type = OptionType::color,
               .help =
                   "Colour of the background, six hex digits without #. What can be seen through counts as "
                   "it looks on that colour: transparent edges are cut off too. Left out, it is the colour "
                   "of the pixel at the top left."},
              {.name = "padding",
               .type = OptionType::integer,
               .minimum = 0,
               .maximum = 10'000,
               .default_value = std::int64_t{0},
               .help =
                   "How many pixels of the background stay on each side, or as many as there are. After a "
                   "resize the stack option dpr multiplies them."},
              enabled_option,
          },
      .required = {},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
