#include "render/planning/planner.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/wording.h"
#include "render/planning/encoding_choice.h"
#include "render/planning/planning.h"
#include "render/planning/pyramid.h"
#include "render/planning/size_limits.h"
#include "render/planning/smaller_encodings.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

/// A base stack may have a base stack.
constexpr int deepest_base = 4;

/// Making a larger render smaller takes longer than it is worth.
constexpr std::int64_t most_pixels_made_smaller = 16'000'000;

Result<Format> output_format(std::string_view requested) {
  const auto format = parse_format(requested);
  if (!format) {
    return fail(ErrorCode::bad_request, "There is no image format " + in_quotes(requested) +
                                            ". Formats are: " + std::string(output_format_names()) + ".");
  }
  if (!is_output_format(*format)) {
    return fail(ErrorCode::unsupported_media_type, "This build writes no " + std::string(name_of(*format)) +
                                                       ". It writes: " + std::string(output_format_names()) +
                                                       ".");
  }
  return *format;
}

bool may_be_transparent(const SourceFacts& source, const std::vector<Step>& steps) {
  return !source.opaque || std::ranges::any_of(steps, makes_transparent);
}

RenderFacts facts_of(const SourceFacts& source, const Plan& plan) {
  return {.source = source.format,
          .animated = source.frames > 1,
          .see_through = may_be_transparent(source, plan.steps),
          .as_it_is = plan.steps.empty() && plan.source == source.size};
}

/// The picture of a plan, and whether the frames of its source are within the limits.
Result<void> plan_picture(const StackDefinition& stack, const SourceFacts& source, Planning& planning,
                          const Settings& settings, Plan& plan) {
  const std::int64_t frames = plan.animated ? source.frames : 1;
  if (auto fits = check_source_frames(frames, settings); !fits) return fits;
  auto picture = planning.picture(stack, source, plan.file, frames);
  if (!picture) return std::unexpected(std::move(picture).error());
  plan.source = picture->source;
  plan.page = source.page;
  plan.svg_changes = std::move(picture->svg_changes);
  plan.steps = std::move(picture->steps);
  return {};
}

std::int64_t pixels_of(const Plan& plan, const SourceFacts& source) {
  Size size = plan.source;
  for (const Step& step : plan.steps)
    size = size_after(size, step);
  return std::int64_t{size.width} * size.height * (plan.animated ? source.frames : 1);
}

/// Nothing where nothing can be gained, or may.
std::optional<Plan> smaller_plan(const Options& options, const RenderFacts& facts, AcceptClass accept,
                                 Plan plan) {
  const std::vector<Encoding> encodings = smaller_encodings(options, plan.encoding, facts, accept);
  if (encodings.empty()) return {};
  plan.encoding = encodings.front();
  plan.or_smaller.assign(encodings.begin() + 1, encodings.end());
  if (plan.if_transparent) plan.if_transparent = smaller_encoding(options, *plan.if_transparent);
  return plan;
}

/// A base stack's result as the image of the stack above it.
struct Base {
  std::shared_ptr<const PlannedRender> render;
  SourceFacts result;
};

/// Nothing is lost between a base stack and those above it, and it is encoded quickly.
Encoding intermediate_encoding(bool animated) {
  Encoding encoding;
  encoding.format = animated ? Format::webp : Format::png;
  encoding.lossless = animated;
  encoding.png_compression_level = 1;
  return encoding;
}

class Planner {
 public:
  Planner(const RenderRequest& request, Library& library, const Settings& settings)
      : request_(request), library_(library), settings_(settings) {}

  Result<PlannedRender> render(Format requested) {
    Planning planning(library_, settings_, request_.save_data, request_.url_variables);
    PlannedRender render;
    auto source = source_of(request_.stack, planning, render, 0);
    if (!source || render.needed) return or_error(std::move(source), std::move(render));
    const auto stack = planning.evaluated(request_.stack, *source, 0);
    if (!stack || planning.needed()) return finish(stack, planning, std::move(render));
    source = with_page(stack->options, *std::move(source));
    if (!source) return std::unexpected(std::move(source).error());
    Plan& plan = render.plan;
    plan.source = source->size;
    const AcceptClass accept = request_.accept;
    const Format format = choose_encoding(stack->options, requested, facts_of(*source, plan), accept).format;
    plan.animated = source->frames > 1 && keeps_animation(format);
    const auto planned = plan_picture(*stack, *source, planning, settings_, plan);
    const RenderFacts facts = facts_of(*source, plan);
    plan.encoding = choose_encoding(stack->options, requested, facts, accept);
    plan.if_transparent = choose_if_transparent(stack->options, requested, facts, accept);
    render.varies_on_accept = varies_on_accept(stack->options, requested, facts);
    render.attachment = asks_for_attachment(*stack);
    auto smaller = planned && pixels_of(plan, *source) <= most_pixels_made_smaller
                       ? smaller_plan(stack->options, facts, accept, plan)
                       : std::nullopt;
    const bool at_once = OptionReader(stack_options(), stack->options).boolean("optim.immediate");
    if (smaller && at_once) plan = *std::exchange(smaller, {});
    auto finished = finish(planned, planning, std::move(render));
    if (finished && smaller && settings_.optimize) add_smaller(*std::move(smaller), *finished);
    return finished;
  }

 private:
  /// The image that a stack works on, which becomes file number 0.
  Result<SourceFacts> source_of(const StackDefinition& stack, Planning& planning, PlannedRender& render,
                                int depth) {
    const auto name = OptionReader(stack_options(), stack.options).optional_text("basestack");
    if (!name) {
      if (auto added = planning.add_file({.sha256 = request_.source.sha256}); !added)
        return std::unexpected(added.error());
      return request_.source;
    }
    auto base = plan_base(*name, depth);
    if (!base) return std::unexpected(std::move(base).error());
    render.needed = base->render->needed;
    render.varies_on_save_data = base->render->varies_on_save_data;
    if (auto added = planning.add_file({.sha256 = {}, .render = base->render}); !added)
      return std::unexpected(added.error());
    return std::move(base->result);
  }

  Result<Base> plan_base(std::string_view name, int depth) {
    if (depth >= deepest_base) {
      return fail(ErrorCode::bad_request, "Base stacks lie more than " + std::to_string(deepest_base) +
                                              " deep above each other, down to " + in_quotes(name) + ".");
    }
    auto found = library_.stack(name);
    if (!found) return std::unexpected(std::move(found).error());
    const StackDefinition definition = with_variables(*std::move(found), request_.url_variables, {});
    Planning planning(library_, settings_, request_.save_data, request_.url_variables);
    PlannedRender render;
    auto source = source_of(definition, planning, render, depth + 1);
    if (!source) return std::unexpected(std::move(source).error());
    if (render.needed) return Base{std::make_shared<PlannedRender>(std::move(render)), {}};
    auto stack = planning.evaluated(definition, *source, 0);
    if (!stack) return std::unexpected(std::move(stack).error());
    source = with_page(stack->options, *std::move(source));
    if (!source) return std::unexpected(std::move(source).error());
    stack->options.clear();  // dpr, formats and qualities are the business of the stack that is asked for
    render.plan.animated = source->frames > 1;
    render.plan.encoding = intermediate_encoding(render.plan.animated);
    const auto planned = plan_picture(*stack, *source, planning, settings_, render.plan);
    auto finished = finish(planned, planning, std::move(render));
    if (!finished) return std::unexpected(std::move(finished).error());
    return base_from(*std::move(finished), *source);
  }

  static Base base_from(PlannedRender render, const SourceFacts& source) {
    SourceFacts result = source;
    result.sha256.clear();
    result.format = render.plan.encoding.format;
    result.page = 0;
    result.size = render.plan.source;
    for (const Step& step : render.plan.steps)
      result.size = size_after(result.size, step);
    result.opaque = !may_be_transparent(source, render.plan.steps);
    result.dynamic_metadata_json = "{}";  // its areas are those of the source
    return {std::make_shared<PlannedRender>(std::move(render)), std::move(result)};
  }

  static void add_smaller(Plan plan, PlannedRender& render) {
    std::string key = key_of(render.files, serialise(plan));
    render.smaller = SmallerRender{std::move(plan), std::move(key)};
  }

  /// A missing measurement comes before an error, which may be due to it.
  template <class Outcome>
  static Result<PlannedRender> finish(const Outcome& outcome, const Planning& planning,
                                      PlannedRender render) {
    render.needed = planning.needed();
    if (!outcome && !render.needed) return std::unexpected(outcome.error());
    render.files = planning.files();
    render.varies_on_save_data = render.varies_on_save_data || planning.varies_on_save_data();
    render.key = key_of(render.files, serialise(render.plan));
    return render;
  }

  template <class Outcome>
  static Result<PlannedRender> or_error(Outcome outcome, PlannedRender render) {
    if (!outcome) return std::unexpected(std::move(outcome).error());
    return render;
  }

  static bool asks_for_attachment(const StackDefinition& stack) {
    return OptionReader(stack_options(), stack.options).text("content_disposition") == "attachment";
  }

  const RenderRequest& request_;
  Library& library_;
  const Settings& settings_;
};

PlannedRender plan_pyramid(const SourceFacts& source, Size top) {
  PlannedRender render;
  render.plan.source = source.size;
  render.plan.page = source.page;
  if (top != source.size) render.plan.steps.emplace_back(ResizeStep{top});
  render.plan.encoding = pyramid_encoding(source.opaque);
  render.files = {{.sha256 = source.sha256}};
  render.key = key_of(render.files, serialise(render.plan));
  return render;
}

/// The same picture, out of a level of the source's pyramid.
PlannedRender from_pyramid(const PlannedRender& direct, const SourceFacts& source) {
  PlannedRender render = direct;
  render.without_base = std::make_shared<const PlannedRender>(direct);
  LevelSteps over = over_pyramid(source.size, direct.plan.steps);
  render.plan.source = pyramid_level_size(over.top, over.level);
  render.plan.page = over.level + 1;
  render.plan.steps = std::move(over.steps);
  render.files = {
      {.sha256 = {}, .render = std::make_shared<const PlannedRender>(plan_pyramid(source, over.top))}};
  render.key = key_of(render.files, serialise(render.plan));
  return render;
}

}  // namespace

Result<PlannedRender> plan_steps(const SourceFacts& source, std::vector<Step> steps, std::string_view format,
                                 const Settings& settings) {
  const auto requested = output_format(format);
  if (!requested) return std::unexpected(requested.error());
  const auto page = with_page({}, source);
  if (!page) return std::unexpected(page.error());
  if (auto fits = check_source_size(page->size, 1, settings); !fits) return std::unexpected(fits.error());
  PlannedRender render;
  render.plan.source = page->size;
  render.plan.page = page->page;
  render.plan.steps = std::move(steps);
  render.plan.encoding = choose_encoding({}, *requested, facts_of(*page, render.plan), AcceptClass::neither);
  render.files = {{.sha256 = source.sha256}};
  render.key = key_of(render.files, serialise(render.plan));
  const bool with_pyramid = is_worth_a_pyramid(page->size, settings) && !render.plan.encoding.as_it_is;
  return with_pyramid ? from_pyramid(render, *page) : render;
}

Result<PlannedRender> plan_render(const RenderRequest& request, Library& library, const Settings& settings) {
  if (delivers_source(request.stack)) {
    if (auto sound = check_source_file(request.stack); !sound) return std::unexpected(sound.error());
    PlannedRender render;
    render.deliver_source = true;
    render.files = {{.sha256 = request.source.sha256}};
    render.key = key_of(render.files, "source_file");
    return render;
  }
  const auto requested = output_format(request.format);
  if (!requested) return std::unexpected(requested.error());
  return Planner(request, library, settings).render(*requested);
}

}  // namespace rucola::render
