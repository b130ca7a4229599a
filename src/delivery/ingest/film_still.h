// The picture that a video shows at a time, as a file in the video's place.
//
// Threads: draw_still() as Renderer. The rest is pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "render/renderer.h"
#include "render/source/inspection.h"
#include "render/source/video_length.h"

namespace rucola::delivery {

/// What tells at which times there are pictures.
struct FilmFacts {
  render::Format format = render::Format::mp4;  ///< may be that of no video
  std::optional<render::VideoLength> length{};  ///< nothing: nobody knows
};
FilmFacts film_facts(const render::Inspection& seen);

/// Errors: unprocessable where it is no video, bad_request where `time`, in milliseconds, is after its end.
Result<void> check_has_picture(const FilmFacts& film, std::int32_t time);

/// As renders show it: in full size, upright, in sRGB; without loss, for it is what they will be made from.
/// `file`: what was inspected as `seen`; `time` in milliseconds. Errors: as Renderer and check_has_picture().
void draw_still(render::Renderer& renderer, render::Source file, const render::Inspection& seen,
                std::int32_t time, render::JobFor whom,
                const std::function<void(Result<render::RenderedImage>)>& done);

/// What the picture is called: "film.png" where the video is "film.mp4", "still.png" where it has no name, as
/// the front page of a server.
std::string still_name(std::string_view video);

}  // namespace rucola::delivery
