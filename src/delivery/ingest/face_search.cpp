#include "delivery/ingest/face_search.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/wording.h"
#include "render/plan/cost.h"
#include "render/plan/overview.h"

namespace rucola::delivery {
namespace {

namespace json = boost::json;
using render::Size;

/// Small faces of a large picture are not what it is about, and the time grows with the pixels.
constexpr std::int32_t longest_side = 640;

render::Plan plan_for(const Searched& image) {
  const Size searched = render::overview_of(image.size, longest_side);
  render::Plan plan;
  plan.source = render::is_drawing(image.format) ? searched : image.size;
  plan.page = image.format == render::Format::pdf ? 1 : 0;
  if (plan.source != searched) plan.steps.emplace_back(render::ResizeStep{searched});
  return plan;
}

Result<void> check_is_picture(const Searched& image) {
  if (render::is_font(image.format) || render::is_mere_file(image.format)) {
    return fail(ErrorCode::unsupported_media_type,
                "Faces are looked for in images, and this is a file of the kind " +
                    in_quotes(render::name_of(image.format)) + ".");
  }
  if (image.size.width < 1 || image.size.height < 1)
    return fail(ErrorCode::unprocessable, "The size of the source image is not known.");
  return {};
}

/// Whole pixels, on the image.
std::int64_t pixel(double share, std::int32_t side) {
  return static_cast<std::int64_t>(std::lround(std::clamp(share, 0.0, 1.0) * side));
}

}  // namespace

Searched searched(const catalog::SourceImage& image) {
  return {.format = render::parse_format(image.format).value_or(render::Format::jpg),
          .size = {image.width, image.height}};
}

void find_face(render::Renderer& renderer, render::Source source, const Searched& image, render::JobFor whom,
               const std::function<void(FoundFace)>& done) {
  if (auto sound = check_is_picture(image); !sound) return done(std::unexpected(std::move(sound.error())));
  const render::Plan plan = plan_for(image);
  whom.heavy = render::cost_of(plan, 1) >= render::heavy_from;
  std::vector<render::Source> sources;
  sources.push_back(std::move(source));
  renderer.measure(std::move(sources), plan, {.kind = render::Measurement::Kind::faces}, whom,
                   [done](Result<render::Measured> measured) {
                     if (!measured) return done(std::unexpected(std::move(measured.error())));
                     const auto faces = render::faces_of(*measured);
                     if (!faces) return done(std::unexpected(faces.error()));
                     done(render::largest(*faces));
                   });
}

json::object metadata_of(const std::optional<render::Face>& face, Size image) {
  if (!face) return {};
  const std::int64_t left = std::min<std::int64_t>(pixel(face->left, image.width), image.width - 1);
  const std::int64_t top = std::min<std::int64_t>(pixel(face->top, image.height), image.height - 1);
  const std::int64_t width = pixel(face->left + face->width, image.width) - left;
  const std::int64_t height = pixel(face->top + face->height, image.height) - top;
  return {{"detection_face", json::object{{"x", left},
                                          {"y", top},
                                          {"width", std::max<std::int64_t>(1, width)},
                                          {"height", std::max<std::int64_t>(1, height)}}}};
}

}  // namespace rucola::delivery
