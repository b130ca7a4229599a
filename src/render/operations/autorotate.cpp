#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

bool lies_across(Size size, std::int64_t width, std::int64_t height) {
  return (width > height && size.width < size.height) || (width < height && size.width > size.height);
}

// The EXIF orientation is applied to every image before its first operation; what is left is the box.
Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const auto width = options.optional_integer("width");
  const auto height = options.optional_integer("height");
  if (!width || !height || !lies_across(context.size, *width, *height)) return {};
  const bool clockwise = options.text("rotation_direction") == "clockwise";
  context.append(RotateStep{.degrees = clockwise ? 90.0 : 270.0, .background = {}, .background_opacity = 0});
  return {};
}

}  // namespace

const Operation& autorotate() {
  static const Operation row{
      .name = "autorotate",
      .description =
          "Turns the image the right way up as EXIF says, which every render does anyway; with width "
          "and height also by a quarter where the image and that box lie across each other.",
      .options =
          {
              {.name = "width",
               .type = OptionType::integer,
               .minimum = 1,
               .maximum = 10'000,
               .help = "Width of the box; only whether it is wide or tall counts."},
              {.name = "height",
               .type = OptionType::integer,
               .minimum = 1,
               .maximum = 10'000,
               .help = "Height of the box; only whether it is wide or tall counts."},
              {.name = "rotation_direction",
               .type = OptionType::choice,
               .default_value = "clockwise",
               .values = {"clockwise", "counterclockwise"},
               .help = "Which way to turn where width and height ask for it."},
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
