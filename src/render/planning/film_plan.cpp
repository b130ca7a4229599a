#include "render/planning/film_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "render/planning/base_stacks.h"
#include "render/planning/film_renditions.h"
#include "render/planning/planning.h"
#include "render/planning/size_limits.h"
#include "render/source/linked_videos.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

Result<void> check_streams(const RenderRequest& request) {
  if (!is_video(request.source.format)) {
    return fail(ErrorCode::unsupported_media_type,
                "Lists (.m3u, .m3u8) and parts (.ts) are of videos. This is a file of the kind " +
                    std::string(name_of(request.source.format)) + ".");
  }
  if (request.url_operates) {
    return fail(ErrorCode::unprocessable,
                "Videos are streamed as they are: operations are possible with pictures of them (.jpg, "
                ".webp, …), not with the video itself.");
  }
  return {};
}

/// What the stack does is done to pictures of the video.
StackDefinition without_operations(StackDefinition stack) {
  stack.operations.clear();
  return stack;
}

std::unexpected<Error> no_such_rendition(const Film& film) {
  const auto name = [&](Size size) { return rendition_name(film, size); };
  return fail(ErrorCode::not_found,
              "The video has no such rendition. It has: " + joined(film_renditions(film), ", ", name) +
                  "; a part is one of these, with _0, _1, … behind it.");
}

bool has_rendition(const Film& film, Size size) {
  const auto renditions = film_renditions(film);
  return std::ranges::find(renditions, size) != renditions.end();
}

FilmList::Rendition rendition_of(const Film& film, Size size) {
  return {.name = rendition_name(film, size), .size = size, .bits_per_second = bits_per_second(film, size)};
}

/// Could each of its parts be made?
bool can_be_made(const Film& film, Size size, const Settings& settings) {
  return !is_coded_anew(film, size) || film.decoded_pixels <= static_cast<double>(settings.max_still_pixels);
}

std::unexpected<Error> too_much_to_decode(const Film& film, const Settings& settings) {
  return fail(ErrorCode::payload_too_large,
              "The video's pictures can't be coded anew, which this list would take: it has so few keyframes "
              "that for one of its parts " +
                  std::to_string(std::llround(film.decoded_pixels)) + " pixels would be decoded; at most " +
                  std::to_string(settings.max_still_pixels) +
                  " are decoded for one (setting render.max_still_pixels).");
}

Outcome<Film> measured_film(const SourceFacts& video, std::int32_t file, Planning& planning) {
  const auto measured = planning.measure({.kind = Measurement::Kind::film}, video, file, {}, {});
  if (!measured) return std::unexpected(measured.error());
  auto film = film_of(*measured, video.size);
  if (!film) return std::unexpected(std::move(film).error());
  return *std::move(film);
}

/// Those that are large enough for the stack; where none is, the largest. There is one.
std::vector<FilmList::Rendition> large_enough(std::vector<FilmList::Rendition> renditions,
                                              const OptionReader& options) {
  const std::int64_t width = options.optional_integer("min_video_width").value_or(0);
  const std::int64_t height = options.optional_integer("min_video_height").value_or(0);
  const auto is_small = [&](const FilmList::Rendition& rendition) {
    return rendition.size.width < width || rendition.size.height < height;
  };
  if (std::ranges::all_of(renditions, is_small)) {
    const auto by_height = [](const FilmList::Rendition& rendition) { return rendition.size.height; };
    return {*std::ranges::max_element(renditions, {}, by_height)};
  }
  std::erase_if(renditions, is_small);
  return renditions;
}

bool asks_for_attachment(const OptionReader& options) {
  return options.text("content_disposition") == "attachment";
}

FilmList list_of(FilmList::Of of, std::vector<FilmList::Rendition> renditions, const OptionReader& options,
                 LookedAt looked_at) {
  return {.of = of,
          .renditions = std::move(renditions),
          .varies_on_save_data = looked_at.save_data,
          .reads_user_metadata = looked_at.user_metadata,
          .attachment = asks_for_attachment(options)};
}

Result<FilmList> list_of_parts(const RenderRequest& request, const Film& film, const OptionReader& options,
                               LookedAt looked_at, const Settings& settings) {
  // Any other slug is what slugs are elsewhere.
  const Size rendition = parse_rendition_name(request.slug).value_or(film.size);
  if (!has_rendition(film, rendition)) return no_such_rendition(film);
  if (!can_be_made(film, rendition, settings)) return too_much_to_decode(film, settings);
  FilmList list = list_of(FilmList::Of::parts, {rendition_of(film, rendition)}, options, looked_at);
  list.seconds = film.seconds;
  return list;
}

Result<FilmPart> part_of(const RenderRequest& request, const Film& film) {
  const auto part = parse_part_name(request.slug);
  if (!part || !has_rendition(film, part->rendition)) return no_such_rendition(film);
  const std::size_t count = film.seconds.size();
  if (std::cmp_greater_equal(part->number, count)) {
    return fail(ErrorCode::not_found, "The video has no such part: it has " + std::to_string(count) +
                                          ", of which the last is " + std::to_string(count - 1) + ".");
  }
  return *part;
}

/// The worker is told to code anew by a resize alone, be it to the size that the pictures have.
Result<PlannedRender> plan_part(const RenderRequest& request, const Film& film, const OptionReader& options,
                                const Planning& planning, const Settings& settings) {
  const auto part = part_of(request, film);
  if (!part) return std::unexpected(part.error());
  PlannedRender render;
  Plan& plan = render.plan;
  plan.source = request.source.size;
  plan.film_part = part->number;
  plan.encoding.format = Format::ts;
  if (is_coded_anew(film, part->rendition)) {
    if (auto fits = check_output_size(part->rendition, 1, settings); !fits)
      return std::unexpected(std::move(fits).error());
    plan.steps.emplace_back(ResizeStep{part->rendition});
    plan.encoding.quality = static_cast<std::int32_t>(options.integer("mp4.quality"));
  }
  render.attachment = asks_for_attachment(options);
  if (auto affordable = planning.finish(render); !affordable)
    return std::unexpected(std::move(affordable).error());
  // How long it takes says nothing of a picture of the video, nor the other way round.
  render.files.front().is_drawing = false;
  return render;
}

std::vector<FilmList::Rendition> own_renditions(const Film& film, const Settings& settings) {
  const std::vector<Size> sizes = film_renditions(film);
  std::vector<FilmList::Rendition> renditions;
  renditions.reserve(sizes.size());
  for (const Size size : sizes) {
    if (can_be_made(film, size, settings)) renditions.push_back(rendition_of(film, size));
  }
  return renditions;
}

/// Of the request's video: those that are made of it, or, where its owner has made some and linked them,
/// these. Perhaps none can be.
Outcome<std::vector<FilmList::Rendition>> renditions_of(const RenderRequest& request, const Film& film,
                                                        Library& library, const Settings& settings,
                                                        const RenderKeys& keys) {
  const auto linked = linked_videos(request.source.dynamic_metadata_json);
  if (linked.empty()) return own_renditions(film, settings);
  std::vector<FilmList::Rendition> renditions;
  if (can_be_made(film, film.size, settings)) renditions.push_back(rendition_of(film, film.size));
  for (const std::string& hash : linked) {
    const auto video = library.linked_video(hash);
    if (!video && video.error().code == ErrorCode::not_found) continue;  // it has been deleted since
    if (!video) return std::unexpected(video.error());
    if (!is_video(video->format) || video->hash == request.source.hash) continue;
    Planning planning(library, settings, keys, false, {});
    const auto file = planning.add_file(blob_of(*video));
    if (!file) return std::unexpected(file.error());
    const auto other = measured_film(*video, *file, planning);
    if (!other) return std::unexpected(other.error());
    if (!can_be_made(*other, other->size, settings)) continue;
    renditions.push_back(rendition_of(*other, other->size));
    renditions.back().video = video->hash;
  }
  return renditions;
}

template <class T>
Outcome<Planned> planned(Result<T> result) {
  if (!result) return std::unexpected(std::move(result).error());
  return Planned(*std::move(result));
}

}  // namespace

Outcome<Planned> plan_film(const RenderRequest& request, Library& library, const Settings& settings,
                           const RenderKeys& keys) {
  if (auto possible = check_streams(request); !possible) return std::unexpected(std::move(possible).error());
  // They change nothing of a video, but may be protected, or previews.
  if (auto bases = check_base_stacks(request.stack, library); !bases)
    return std::unexpected(std::move(bases).error());
  Planning planning(library, settings, keys, request.save_data, request.url_variables,
                    request.url_reads_private);
  const auto file = planning.add_file(blob_of(request.source));
  if (!file) return std::unexpected(file.error());
  const auto stack = planning.evaluated(without_operations(request.stack), request.source, *file);
  if (!stack) return std::unexpected(stack.error());
  const auto film = measured_film(request.source, *file, planning);
  if (!film) return std::unexpected(film.error());
  const OptionReader options(stack_options(), stack->options);
  if (request.format == "ts") return planned(plan_part(request, *film, options, planning, settings));
  if (request.format == "m3u8")
    return planned(list_of_parts(request, *film, options, planning.looked_at(), settings));
  auto renditions = renditions_of(request, *film, library, settings, keys);
  if (!renditions) return std::unexpected(std::move(renditions).error());
  if (renditions->empty()) return too_much_to_decode(*film, settings);
  return Planned(list_of(FilmList::Of::renditions, large_enough(*std::move(renditions), options), options,
                         planning.looked_at()));
}

}  // namespace rucola::render
