#include "render/planning/base_stacks.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "base/wording.h"
#include "render/planning/encoding_choice.h"
#include "render/planning/moving_video.h"
#include "render/planning/picture_facts.h"
#include "render/planning/video_itself.h"
#include "render/source/placeholder.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

/// A base stack may have a base stack.
constexpr int deepest_base = 4;

std::unexpected<Error> too_deep(std::string_view name) {
  return fail(ErrorCode::bad_request, "Base stacks lie more than " + std::to_string(deepest_base) +
                                          " deep above each other, down to " + in_quotes(name) + ".");
}

std::optional<std::string_view> base_of(const StackDefinition& stack) {
  return OptionReader(stack_options(), stack.options).optional_text("basestack");
}

/// Nothing is lost between a base stack and those above it, and it is encoded quickly.
Encoding intermediate_encoding(bool animated, bool keep_copyright) {
  Encoding encoding;
  encoding.keep_copyright = keep_copyright;
  encoding.format = animated ? Format::webp : Format::png;
  encoding.lossless = animated;
  encoding.png_compression_level = 1;
  return encoding;
}

/// A base stack's result as the image of the stack above it.
SourceFacts result_of(const Plan& plan, const SourceFacts& source) {
  SourceFacts result = source;
  result.sha256.clear();
  result.format = plan.encoding.format;
  result.page = 0;
  result.timestamp = -1;
  result.frames_per_second = 0;
  result.film_milliseconds = -1;
  result.size = size_of(plan);
  if (!plan.animated) result.frames = 1;
  result.opaque = plan.encoding.flatten_always || !may_be_transparent(source, plan.steps);
  result.dynamic_metadata_json = "{}";  // its areas are those of the source
  return result;
}

/// Of a URL within the URL. Errors: bad_request.
Result<Format> shown_format(std::string_view text) {
  constexpr std::array no_pictures{Format::blur, Format::thumbhash, Format::mp4, Format::webm};
  const auto format = parse_format(text);
  const bool shows =
      format && is_output_format(*format) && std::ranges::find(no_pictures, *format) == no_pictures.end();
  if (shows) return *format;
  return fail(ErrorCode::bad_request,
              "The URL within the URL asks for " + in_quotes(text) + ", which is no format of a picture.");
}

constexpr std::string_view time_behind_url = "The time behind the URL of the video";

/// As it was uploaded: by its ending, or through a stack that delivers sources. `is_last`: the URL's image is
/// the request's, and not what still another URL shows.
Result<void> check_is_video_itself(const StackBelow& below, const SourceFacts& source, bool is_last) {
  const auto format = parse_format(below.format);
  const bool as_it_is = delivers_source(below.stack) || (format && is_video(*format));
  if (!is_last || !as_it_is || !is_video(source.format)) {
    return fail(
        ErrorCode::unprocessable,
        std::string(time_behind_url) +
            " is that of a picture of a video, and what is asked for is no video as it was uploaded "
            R"((.mp4, .mov, .webm). In URLs of its pictures the time is the stack option "timestamp": )"
            "docs/videos.md.");
  }
  if (delivers_source(below.stack)) return {};
  return check_video_as_it_is(source, below.format, below.url_operates);
}

/// Nothing is done to an upload: the stack above works on the file itself, and a drawing stays sharp. Of a
/// video it would choose the picture anew.
bool shows_source(const Plan& plan, const SourceFacts& source) {
  const bool same_frames = plan.animated || source.frames <= 1;
  return plan.steps.empty() && plan.svg_changes.empty() && plan.source == source.size && same_frames &&
         !plan.encoding.flatten_always && !source.sha256.empty() && source.format != Format::pdf &&
         !is_video(source.format);
}

}  // namespace

Result<void> check_base_stacks(const StackDefinition& stack, Library& library) {
  StackDefinition base;
  const StackDefinition* above = &stack;
  for (int depth = 0;; ++depth) {
    const auto name = base_of(*above);
    if (!name) return {};
    if (depth >= deepest_base) return too_deep(*name);
    auto found = library.stack(*name);
    if (!found) return std::unexpected(std::move(found).error());
    base = *std::move(found);
    above = &base;
  }
}

Outcome<SourceFacts> BaseStacks::source_of(const StackDefinition& stack, Planning& planning, Place place) {
  if (const auto name = base_of(stack)) return add_base(*name, planning, place);
  if (place.below < request_.below.size()) return add_below(planning, place);
  SourceFacts source = as_picture(request_.source);
  if (auto added = planning.file_of(source); !added) return std::unexpected(added.error());
  return source;
}

Outcome<SourceFacts> BaseStacks::add_base(std::string_view name, Planning& above, Place place) {
  if (place.above >= deepest_base) return too_deep(name);
  auto found = library_.stack(name);
  if (!found) return std::unexpected(std::move(found).error());
  const NamedValues& variables = url_variables(place);
  const StackDefinition definition = with_variables(*std::move(found), variables, {});
  Planning planning(library_, settings_, keys_, request_.save_data, variables);
  auto source = source_of(definition, planning, {place.above + 1, place.below});
  if (!source) return source;
  auto stack = planning.evaluated(definition, *source, 0);
  if (!stack) return std::unexpected(std::move(stack).error());
  source = with_page(stack->options, *std::move(source));
  if (!source) return source;
  if (const auto format = shown_in(place)) {
    source = with_movement(stack->options, *std::move(source), *format, settings_);
    if (!source) return source;
  }
  stack->options.clear();  // dpr, formats and qualities are the business of the stack that is asked for
  PlannedRender base;
  base.plan.animated = source->frames > 1;
  base.plan.encoding = intermediate_encoding(base.plan.animated, keeps_copyright());
  if (auto drawn = planning.draw(*stack, *source, base.plan); !drawn)
    return std::unexpected(std::move(drawn).error());
  if (auto affordable = planning.finish(base); !affordable) return std::unexpected(affordable.error());
  return add(base, *source, above);
}

Outcome<SourceFacts> BaseStacks::add_below(Planning& above, Place place) {
  const StackBelow& below = request_.below.at(place.below);
  if (below.still_at) return add_still(*below.still_at, above, place);
  const auto format = shown_format(below.format);
  if (!format) return std::unexpected(format.error());
  Planning planning(library_, settings_, keys_, request_.save_data, below.url_variables);
  auto source = source_of(below.stack, planning, {place.above + 1, place.below + 1});
  if (!source) return source;
  auto stack = planning.evaluated(below.stack, *source, 0);
  if (!stack) return std::unexpected(std::move(stack).error());
  source = with_page(stack->options, *std::move(source));
  if (!source) return source;
  source = with_movement(stack->options, *std::move(source), *format, settings_);
  if (!source) return source;
  PlannedRender base;
  base.plan.animated = source->frames > 1 && keeps_animation(*format);
  base.plan.encoding = intermediate_encoding(base.plan.animated, keeps_copyright());
  const Options options = stack->options;
  std::erase_if(stack->options, [](const auto& option) { return option.first != "dpr"; });
  if (auto drawn = planning.draw(*stack, *source, base.plan); !drawn)
    return std::unexpected(std::move(drawn).error());
  const Encoding shown = encoding_in(options, *format, false, facts_of(*source, base.plan));
  base.plan.encoding.flatten_onto = shown.flatten_onto;
  base.plan.encoding.flatten_always =
      shown.flatten_always || (facts_of(*source, base.plan).see_through && !keeps_transparency(*format));
  const auto affordable = planning.finish(base);
  const bool may_be_another = base.varies_on_save_data || base.reads_user_metadata;
  if (shows_source(base.plan, *source) && !may_be_another) {
    if (auto added = above.file_of(*source); !added) return std::unexpected(added.error());
    return source;
  }
  if (!affordable) return std::unexpected(affordable.error());
  return add(base, *source, above);
}

Outcome<SourceFacts> BaseStacks::add_still(std::int32_t time, Planning& above, Place place) {
  const StackBelow& below = request_.below.at(place.below);
  const bool is_last = place.below + 1 == request_.below.size();
  if (auto possible = check_is_video_itself(below, request_.source, is_last); !possible)
    return std::unexpected(std::move(possible).error());
  // They change nothing of a file, but may be protected, or previews.
  if (auto bases = check_base_stacks(below.stack, library_); !bases)
    return std::unexpected(std::move(bases).error());
  SourceFacts source = request_.source;
  if (source.length) {
    if (auto within = source.length->check_within(time, time_behind_url); !within)
      return std::unexpected(std::move(within).error());
  }
  source.timestamp = time;
  Planning planning(library_, settings_, keys_, request_.save_data, {});
  if (auto added = planning.file_of(source); !added) return std::unexpected(added.error());
  PlannedRender base;
  base.plan.encoding = intermediate_encoding(false, keeps_copyright());
  if (auto drawn = planning.draw({}, source, base.plan); !drawn)
    return std::unexpected(std::move(drawn).error());
  if (auto affordable = planning.finish(base); !affordable) return std::unexpected(affordable.error());
  return add(base, source, above);
}

Outcome<SourceFacts> BaseStacks::add(const PlannedRender& base, const SourceFacts& source, Planning& above) {
  SourceFacts result = result_of(base.plan, source);
  const PlannedFile file{.sha256 = {}, .render = std::make_shared<const PlannedRender>(base)};
  if (auto added = above.add_file(file); !added) return std::unexpected(added.error());
  return result;
}

bool BaseStacks::keeps_copyright() const {
  return OptionReader(stack_options(), request_.stack.options).boolean("keep.copyright");
}

const NamedValues& BaseStacks::url_variables(Place place) const {
  return place.below == 0 ? request_.url_variables : request_.below.at(place.below - 1).url_variables;
}

std::optional<Format> BaseStacks::shown_in(Place place) const {
  return parse_format(place.below == 0 ? request_.format : request_.below.at(place.below - 1).format);
}

}  // namespace rucola::render
