#include "delivery/describe/picture.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "delivery/look_up/stored_image.h"
#include "render/plan/steps/resize.h"

namespace rucola::delivery {
namespace {

std::int32_t scaled(std::int32_t side, double factor) {
  return std::max(1, static_cast<std::int32_t>(std::lround(side * factor)));
}

render::Size small(render::Size size) {
  const std::int32_t longer = std::max(size.width, size.height);
  if (longer <= longest_side_shown) return size;
  const double factor = static_cast<double>(longest_side_shown) / longer;
  return {scaled(size.width, factor), scaled(size.height, factor)};
}

}  // namespace

Result<SmallPicture> plan_small_picture(const catalog::SourceImage& image, const render::Planner& planner) {
  const auto source = facts_of(image);
  if (!source) return std::unexpected(source.error());
  if (auto sound = render::check_is_picture(*source); !sound)
    return std::unexpected(std::move(sound).error());
  const render::Size size = small(source->size);
  std::vector<render::Step> steps;
  if (size != source->size) steps.emplace_back(render::ResizeStep{size});
  auto planned = planner.plan_steps(*source, std::move(steps), "jpg");
  if (!planned) return std::unexpected(std::move(planned).error());
  return SmallPicture{.planned = *std::move(planned), .size = size};
}

}  // namespace rucola::delivery
