#include "render/planning/out_of_pyramid.h"

#include <memory>

#include "render/planning/planning.h"
#include "render/planning/pyramid.h"

namespace rucola::render {
namespace {

PlannedRender plan_pyramid(const SourceFacts& source, Size top, const RenderKeys& keys) {
  PlannedRender render;
  render.plan.source = source.size;
  render.plan.page = source.page;
  if (top != source.size) render.plan.steps.emplace_back(ResizeStep{top});
  render.plan.encoding = pyramid_encoding(source.opaque);
  render.files = {blob_of(source)};
  render.key = keys.key_of(render.files, serialise(render.plan));
  render.cost = cost_of(render.plan, 1);
  return render;
}

PlannedRender made_over(const LevelSteps& over, const PlannedRender& direct, const SourceFacts& source,
                        const RenderKeys& keys) {
  PlannedRender render = direct;
  render.without_base = std::make_shared<const PlannedRender>(direct);
  render.files = {
      {.sha256 = {}, .render = std::make_shared<const PlannedRender>(plan_pyramid(source, over.top, keys))}};
  const auto put_over = [&](Plan& plan) {
    plan.source = pyramid_level_size(over.top, over.level);
    plan.page = over.level + 1;
    plan.steps = over.steps;
    return keys.key_of(render.files, serialise(plan));
  };
  render.key = put_over(render.plan);
  render.cost = cost_of(render.plan, 1);
  if (render.smaller) render.smaller->key = put_over(render.smaller->plan);
  return render;
}

}  // namespace

PlannedRender out_of_pyramid(const PlannedRender& direct, const SourceFacts& source, const RenderKeys& keys) {
  return made_over(over_pyramid(source.size, direct.plan.steps), direct, source, keys);
}

bool may_have_overview(const PlannedRender& direct, const SourceFacts& source, const Settings& settings) {
  const bool is_upload_alone = direct.files.size() == 1 && !direct.files.front().render;
  return is_upload_alone && source.format == Format::jpg && !keeps_copyright(direct.plan) &&
         is_worth_a_pyramid(source.size, settings);
}

PlannedRender out_of_overview(const PlannedRender& direct, const SourceFacts& source,
                              const RenderKeys& keys) {
  const auto over = over_overview(source.size, direct.plan.steps);
  return over ? made_over(*over, direct, source, keys) : direct;
}

}  // namespace rucola::render
