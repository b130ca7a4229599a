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

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const auto measured = context.measure({.kind = Measurement::Kind::trim, .fuzzy = options.number("fuzzy")});
  if (!measured) return std::unexpected(measured.error());
  const auto crop = box_in(*measured, context.size);
  if (!crop) return fail(ErrorCode::internal, "The image could not be processed.", "a measured box is none");
  if (crop->size != context.size) context.append(*crop);
  return {};
}

}  // namespace

const Operation& trim() {
  static const Operation row{
      .name = "trim",
      .description =
          "Cuts off edges that show nothing but background, which is the colour of the pixel at the top "
          "left. "
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
