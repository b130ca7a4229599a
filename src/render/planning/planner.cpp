#include "render/planning/planner.h"

#include <optional>
#include <string>
#include <utility>

#include "base/wording.h"
#include "render/planning/base_stacks.h"
#include "render/planning/encoding_choice.h"
#include "render/planning/film_plan.h"
#include "render/planning/moving_video.h"
#include "render/planning/out_of_pyramid.h"
#include "render/planning/picture_facts.h"
#include "render/planning/planning.h"
#include "render/planning/pyramid.h"
#include "render/planning/size_limits.h"
#include "render/planning/smaller_encodings.h"
#include "render/planning/video_itself.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

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

std::int64_t pixels_of(const Plan& plan, const SourceFacts& source) {
  const Size size = size_of(plan);
  return std::int64_t{size.width} * size.height * (plan.animated ? source.frames : 1);
}

/// Nothing where nothing can be gained, or may.
std::optional<Plan> smaller_plan(const Options& options, const RenderFacts& facts, AcceptClass accept,
                                 Plan plan) {
  const std::vector<Encoding> encodings = smaller_encodings(options, plan.encoding, facts, accept);
  if (encodings.empty()) return {};
  if (may_grow(options, plan.encoding)) {
    plan.encoding = encodings.front();
    plan.or_smaller.assign(encodings.begin() + 1, encodings.end());
  } else {
    plan.or_smaller = encodings;
  }
  if (plan.if_transparent) plan.if_transparent = smaller_encoding(options, *plan.if_transparent);
  return plan;
}

/// A picture of a video is one as any other; so is what another URL has made of it.
bool asks_for_video(const RenderRequest& request) {
  const auto format = parse_format(request.format);
  return is_video(request.source.format) && format && is_video(*format) && request.below.empty();
}

bool asks_for_attachment(const OptionReader& options) {
  return options.text("content_disposition") == "attachment";
}

/// Where the stack delivers uploads.
std::unexpected<Error> no_upload(const StackBelow& below) {
  const std::string asked =
      below.still_at ? "what the time behind the URL within the URL asks for is a picture of a video"
                     : "the URL within the URL is that of a render";
  return fail(ErrorCode::bad_request,
              "The stack delivers uploaded files as they are, and " + asked +
                  R"(: ask for it by a stack without the option "source_file" (docs/remote-images.md).)");
}

Outcome<PlannedRender> plan_picture(const RenderRequest& request, Format requested, Library& library,
                                    const Settings& settings, const RenderKeys& keys) {
  Planning planning(library, settings, keys, request.save_data, request.url_variables,
                    request.url_reads_private);
  auto source = BaseStacks(request, library, settings, keys).source_of(request.stack, planning);
  if (!source) return std::unexpected(std::move(source).error());
  const auto stack = planning.evaluated(request.stack, *source, 0);
  if (!stack) return std::unexpected(stack.error());
  const Options& options = stack->options;
  source = with_page(options, *std::move(source));
  if (!source) return std::unexpected(std::move(source).error());
  source = with_movement(options, *std::move(source), requested, settings);
  if (!source) return std::unexpected(std::move(source).error());
  PlannedRender render;
  Plan& plan = render.plan;
  plan.source = source->size;
  const Format likely = choose_encoding(options, requested, facts_of(*source, plan), request.accept).format;
  plan.animated = source->frames > 1 && keeps_animation(likely);
  if (auto drawn = planning.draw(*stack, *source, plan); !drawn)
    return std::unexpected(std::move(drawn).error());
  const RenderFacts facts = facts_of(*source, plan);
  plan.encoding = choose_encoding(options, requested, facts, request.accept);
  plan.if_transparent = choose_if_transparent(options, requested, facts, request.accept);
  auto smaller = pixels_of(plan, *source) <= most_pixels_made_smaller
                     ? smaller_plan(options, facts, request.accept, plan)
                     : std::nullopt;
  const OptionReader reader(stack_options(), options);
  const Encoding quick = quick_encoding(options, plan.encoding);
  // It is compared with what is answered first.
  if (smaller && !may_grow(options, plan.encoding)) smaller->encoding = quick;
  if (smaller && reader.boolean("optim.immediate")) plan = *std::exchange(smaller, {});
  if (!settings.optimize) smaller.reset();
  if (smaller) {
    plan.encoding = quick;
    if (plan.if_transparent) plan.if_transparent = quick_encoding(options, *plan.if_transparent);
  }
  render.varies_on_accept = varies_on_accept(options, requested, facts);
  render.attachment = asks_for_attachment(reader);
  if (auto affordable = planning.finish(render); !affordable) return std::unexpected(affordable.error());
  if (smaller) {
    std::string key = keys.key_of(render.files, serialise(*smaller));
    render.smaller = SmallerRender{*std::move(smaller), std::move(key)};
  }
  return may_have_overview(render, *source, settings) ? out_of_overview(render, *source, keys) : render;
}

/// A measurement is no error of the request's.
template <class T>
Result<Planned> planned_or_error(Outcome<T> outcome) {
  if (outcome) return *std::move(outcome);
  if (auto* needed = std::get_if<NeededMeasurement>(&outcome.error())) return std::move(*needed);
  return std::unexpected(std::get<Error>(std::move(outcome).error()));
}

}  // namespace

Result<Planned> Planner::plan(const RenderRequest& request, Library& library) const {
  if (delivers_source(request.stack)) {
    if (auto sound = check_source_file(request.stack); !sound) return std::unexpected(sound.error());
    if (!request.below.empty()) return no_upload(request.below.front());
    return OriginalWanted{asks_for_attachment({stack_options(), request.stack.options})};
  }
  if (asks_for_video(request)) {
    if (auto possible = check_video_as_it_is(request.source, request.format, request.url_operates); !possible)
      return std::unexpected(possible.error());
    // They change nothing of a file, but may be protected, or previews.
    if (auto bases = check_base_stacks(request.stack, library); !bases)
      return std::unexpected(std::move(bases).error());
    return OriginalWanted{asks_for_attachment({stack_options(), request.stack.options})};
  }
  if (is_film_ending(request.format)) return planned_or_error(plan_film(request, library, settings_, keys_));
  const auto requested = output_format(request.format);
  if (!requested) return std::unexpected(requested.error());
  return planned_or_error(plan_picture(request, *requested, library, settings_, keys_));
}

Result<PlannedRender> Planner::plan_steps(const SourceFacts& source, std::vector<Step> steps,
                                          std::string_view format) const {
  const auto requested = output_format(format);
  if (!requested) return std::unexpected(requested.error());
  const auto page = with_page({}, source);
  if (!page) return std::unexpected(page.error());
  if (auto fits = check_source_size(page->size, 1, settings_); !fits) return std::unexpected(fits.error());
  PlannedRender render;
  render.plan.source = page->size;
  render.plan.page = page->page;
  render.plan.steps = std::move(steps);
  render.plan.encoding = choose_encoding({}, *requested, facts_of(*page, render.plan), AcceptClass::neither);
  render.files = {blob_of(source)};
  render.key = keys_.key_of(render.files, serialise(render.plan));
  render.cost = cost_of(render.plan, 1);
  if (auto affordable = check_cost(render.cost, settings_); !affordable)
    return std::unexpected(affordable.error());
  const bool with_pyramid = is_worth_a_pyramid(page->size, settings_) && !render.plan.encoding.as_it_is;
  return with_pyramid ? out_of_pyramid(render, *page, keys_) : render;
}

}  // namespace rucola::render
