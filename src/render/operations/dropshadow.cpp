#include <cmath>
#include <cstdint>

#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

/// Three sigmas from its middle a bell curve has come down to a hundredth.
std::int32_t reach_of(double sigma, double radius) {
  constexpr double enough = 3;
  if (sigma <= 0) return 0;
  return static_cast<std::int32_t>(std::ceil(radius > 0 ? radius : enough * sigma));
}

std::int32_t scaled(std::int64_t pixels, double scale) {
  return static_cast<std::int32_t>(std::lround(static_cast<double>(pixels) * scale));
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const PixelScale& scale = context.pixel_scale;
  const double sigma = options.number("sigma") * scale.mean();
  const DropShadowStep step{.horizontal = scaled(options.integer("horizontal"), scale.across),
                            .vertical = scaled(options.integer("vertical"), scale.down),
                            .opacity = static_cast<std::int32_t>(options.integer("opacity")),
                            .sigma = sigma,
                            .reach = reach_of(sigma, options.number("blur_radius") * scale.mean()),
                            .color = options.color("color")};
  if (step.opacity > 0) context.append(step);
  return {};
}

}  // namespace

const Operation& dropshadow() {
  static const Operation row{
      .name = "dropshadow",
      .description =
          "Puts a shadow behind the image. The canvas grows as far as the shadow reaches past the image. "
          "After a "
          "resize the stack option dpr multiplies all its lengths.",
      .options =
          {
              {
                  .name = "horizontal",
                  .type = OptionType::integer,
                  .minimum = -100,
                  .maximum = 100,
                  .default_value = std::int64_t{0},
                  .help = "How far the shadow lies to the right of the image, in pixels; negative is to the "
                          "left.",
              },
              {
                  .name = "vertical",
                  .type = OptionType::integer,
                  .minimum = -100,
                  .maximum = 100,
                  .default_value = std::int64_t{0},
                  .help = "How far the shadow lies below the image, in pixels; negative is above.",
              },
              {
                  .name = "opacity",
                  .type = OptionType::integer,
                  .minimum = 0,
                  .maximum = 100,
                  .default_value = std::int64_t{0},
                  .help = "Opacity of the shadow in percent. At 0, the default, there is none.",
              },
              {
                  .name = "sigma",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 10'000,
                  .default_value = 0.5,
                  .help = "How soft the rim of the shadow is, in pixels.",
              },
              {
                  .name = "blur_radius",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 10'000,
                  .default_value = 0.0,
                  .help = "How far the soft rim may reach, in pixels; 0 is as far as sigma makes sensible.",
              },
              {
                  .name = "color",
                  .type = OptionType::color,
                  .default_value = "000000",
                  .help = "Colour of the shadow, six hex digits without #.",
              },
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
