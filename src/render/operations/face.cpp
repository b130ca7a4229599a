#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "render/operations/table.h"
#include "render/plan/anchor.h"
#include "render/source/areas.h"

namespace rucola::render::operation {
namespace {

/// As resize has it.
constexpr double longest_side = 10'000;
constexpr double least_scale = 0.01;
constexpr double most_scale = 100;
/// Nearer than this to the middle, a point and its mirror image can't be told apart.
constexpr double least_span = 1;
constexpr double degrees_in_half_turn = 180;

bool is_place(std::string_view text) {
  return parse_anchor(text).has_value();
}

/// The two features of the face, in pixels of the image as it is now.
struct Features {
  Point left;
  Point right;
};

std::optional<Features> find_features(const OptionReader& options, const PlanningContext& context) {
  if (context.image == nullptr || !context.from_source) return std::nullopt;
  const auto areas = parse_areas(context.image->dynamic_metadata_json, context.image->size);
  const auto left = areas.landmarks.find(options.text("leftFeature"));
  const auto right = areas.landmarks.find(options.text("rightFeature"));
  if (left == areas.landmarks.end() || right == areas.landmarks.end()) return std::nullopt;
  return Features{context.from_source->of(left->second), context.from_source->of(right->second)};
}

double along(const Offset& offset, std::int32_t length) {
  switch (offset.kind) {
    case Offset::Kind::near:
      return 0;
    case Offset::Kind::middle:
      return length / 2.0;
    case Offset::Kind::far:
      return length;
    case Offset::Kind::pixel:
    case Offset::Kind::around:
      return static_cast<double>(offset.pixel);
  }
  return 0;
}

/// How the other picture is put onto a face.
struct Fit {
  Size size;           ///< of the other picture, not yet turned
  double degrees = 0;  ///< clockwise
  Position at;         ///< of the turned one
};

/// The anchor comes to lie on the left feature, its mirror image on the right one; with an anchor in the
/// middle, which is its own mirror image, the picture is as wide as the features are apart.
Fit fit(const Features& features, const Anchor& anchor, Size picture, double scale) {
  const double across = features.right.x - features.left.x;
  const double down = features.right.y - features.left.y;
  const double x = along(anchor.horizontal, picture.width);
  const double y = along(anchor.vertical, picture.height);
  const double between = std::abs(picture.width - 2 * x);
  const double span = between < least_span ? picture.width : between;
  const double factor = scale * std::hypot(across, down) / span;
  const auto scaled = [&](std::int32_t length) {
    return static_cast<std::int32_t>(std::clamp(std::round(length * factor), 1.0, longest_side));
  };
  Fit found;
  found.size = {scaled(picture.width), scaled(picture.height)};
  const double angle = std::atan2(down, across);
  found.degrees = normalised_turn(angle * degrees_in_half_turn / std::numbers::pi);
  const double from_middle_x = x * found.size.width / picture.width - found.size.width / 2.0;
  const double from_middle_y = y * found.size.height / picture.height - found.size.height / 2.0;
  const Size canvas = turned(found.size, found.degrees);
  const double anchor_x =
      canvas.width / 2.0 + from_middle_x * std::cos(angle) - from_middle_y * std::sin(angle);
  const double anchor_y =
      canvas.height / 2.0 + from_middle_x * std::sin(angle) + from_middle_y * std::cos(angle);
  found.at = {static_cast<std::int32_t>(std::lround(features.left.x - anchor_x)),
              static_cast<std::int32_t>(std::lround(features.left.y - anchor_y))};
  return found;
}

OperationCall resize_to(Size size) {
  OperationCall call{.name = std::string(resize().name)};
  call.options.emplace("mode", std::string("absolute"));
  call.options.emplace("width", std::int64_t{size.width});
  call.options.emplace("height", std::int64_t{size.height});
  return call;
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const auto features = find_features(options, context);
  if (!features) return {};
  const auto source = context.surroundings->image(options.text("secondary_image"));
  if (!source) return std::unexpected(source.error());
  const Anchor anchor = parse_anchor(options.text("anchor")).value_or(Anchor{});
  // A font has no size, and is refused as a layer.
  const Size picture{std::max(source->size.width, 1), std::max(source->size.height, 1)};
  const Fit found = fit(*features, anchor, picture, options.number("scale"));
  auto layer = context.surroundings->layer(*source, "", {}, {resize_to(found.size)});
  if (!layer) return std::unexpected(std::move(layer).error());
  CompositionStep step;
  step.canvas = context.size;
  step.overlay = size_of(*layer);
  step.layer.push_back(*std::move(layer));
  step.degrees = found.degrees;
  step.overlay_at = found.at;
  step.leaves_gaps = false;
  context.append(step);
  return {};
}

}  // namespace

const Operation& face() {
  static const Operation row{
      .name = "face",
      .description =
          "Puts another image, such as a hat or glasses, onto the face that the image's dynamic "
          "metadata describes. Without a description of both features the image stays as it is.",
      .options =
          {
              {.name = "secondary_image",
               .type = OptionType::text,
               .help = "The other image: hash, short hash or alias."},
              {.name = "leftFeature",
               .type = OptionType::text,
               .help = "The feature that the anchor comes to lie on: a name in the metadata "
                       "detection_face.landmarks, such as eyeLeft."},
              {.name = "rightFeature",
               .type = OptionType::text,
               .help = "The feature that the point opposite to the anchor comes to lie on, such as eyeRight: "
                       "the other image is turned and scaled for that."},
              {.name = "anchor",
               .type = OptionType::text,
               .default_value = "center_center",
               .pattern = anchor_pattern,
               .accepts = is_place,
               .help = "The point of the other image that belongs on the left feature, as in 30_50. With one "
                       "in the middle the other image is as wide as the features are apart."},
              {.name = "scale",
               .type = OptionType::number,
               .minimum = least_scale,
               .maximum = most_scale,
               .default_value = 1.0,
               .help = "Makes the other image so much larger; the anchor stays where it is."},
              enabled_option,
          },
      .required = {"secondary_image", "leftFeature", "rightFeature"},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
