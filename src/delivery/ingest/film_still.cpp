#include "delivery/ingest/film_still.h"

#include <utility>
#include <vector>

#include "base/file_name.h"
#include "base/utf8.h"
#include "delivery/url/remote_address.h"
#include "render/plan/cost.h"

namespace rucola::delivery {
namespace {

render::Plan plan_for(const render::Inspection& video, std::int32_t time) {
  render::Plan plan;
  plan.source = video.size;
  plan.timestamp = time;
  // A thorough search for the smallest file takes seconds of a large picture, and an upload waits for it.
  plan.encoding = {.format = render::Format::png, .quick = true};
  return plan;
}

}  // namespace

FilmFacts film_facts(const render::Inspection& seen) {
  return {.format = seen.format, .length = render::VideoLength::parse(seen.static_metadata_json)};
}

Result<void> check_has_picture(const FilmFacts& film, std::int32_t time) {
  if (!render::is_video(film.format)) return std::unexpected(no_video_behind(render::name_of(film.format)));
  return film.length ? film.length->check_within(time, "The time behind the URL") : Result<void>();
}

void draw_still(render::Renderer& renderer, render::Source file, const render::Inspection& seen,
                std::int32_t time, render::JobFor whom,
                const std::function<void(Result<render::RenderedImage>)>& done) {
  if (auto sound = check_has_picture(film_facts(seen), time); !sound)
    return done(std::unexpected(std::move(sound.error())));
  const render::Plan plan = plan_for(seen, time);
  whom.heavy = render::cost_of(plan, 1) >= render::heavy_from;
  std::vector<render::Source> files;
  files.push_back(std::move(file));
  renderer.render(std::move(files), plan, whom, done);
}

std::string still_name(std::string_view video) {
  constexpr std::string_view ending = ".png";
  const std::size_t dot = video.rfind('.');
  const bool has_ending = dot != std::string_view::npos && dot > 0;
  const std::string_view stem = has_ending ? video.substr(0, dot) : video;
  const bool has_name = stem.find_first_not_of('.') != std::string_view::npos;
  std::string name(has_name ? cut_to(stem, longest_file_name - ending.size()) : "still");
  name += ending;
  return name;
}

}  // namespace rucola::delivery
