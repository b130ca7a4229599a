#include "render/operations/placing.h"

#include <cmath>

#include "render/plan/overview.h"

namespace rucola::render {
namespace {

using Kind = CropAnchor::Kind;

/// libvips looks for attention in far fewer pixels than these.
constexpr std::int32_t longest_side_of_overview = 1024;

Anchor around(Point middle) {
  const auto offset = [](double pixel) { return Offset{Offset::Kind::around, std::lround(pixel)}; };
  return {.horizontal = offset(middle.x), .vertical = offset(middle.y)};
}

/// A worker measured it, and what decodes strangers' files is not believed.
bool lies_on(const Measured& point, Size image) {
  return point.size() == 2 && point[0] >= 0 && point[0] <= image.width && point[1] >= 0 &&
         point[1] <= image.height;
}

Outcome<Anchor> around_attention(const PlanningContext& context) {
  const Size overview = overview_of(context.size, longest_side_of_overview);
  std::vector<Step> steps = context.steps;
  if (overview != context.size) steps.emplace_back(ResizeStep{overview});
  const auto found = context.surroundings->measure({.kind = Measurement::Kind::attention}, *context.image,
                                                   context.file, steps, context.svg_changes);
  if (!found) return std::unexpected(found.error());
  if (!lies_on(*found, overview))
    return fail(ErrorCode::internal, "The image could not be processed.", "a measured point is none");
  return around({.x = found->at(0) * context.size.width / overview.width,
                 .y = found->at(1) * context.size.height / overview.height});
}

}  // namespace

bool is_anchor_on_image(std::string_view text) {
  return parse_crop_anchor(text).has_value();
}

Outcome<Anchor> anchor_on_image(std::string_view text, const PlanningContext& context) {
  const CropAnchor anchor = parse_crop_anchor(text).value_or(CropAnchor{.kind = Kind::place, .place = {}});
  if (anchor.kind == Kind::place) return anchor.place;
  if (anchor.kind == Kind::smart) return around_attention(context);
  const auto target = find_target(anchor.kind, "", context);
  if (!target) return Anchor{};
  const Box& box = target->box;
  return around({.x = box.left + box.width / 2, .y = box.top + box.height / 2});
}

}  // namespace rucola::render
