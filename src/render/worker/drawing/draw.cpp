#include "render/worker/drawing/draw.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "render/operations/pixels.h"
#include "render/worker/decoding/source.h"
#include "render/worker/drawing/face_detection.h"
#include "render/worker/drawing/film_painting.h"
#include "render/worker/drawing/film_streaming.h"
#include "render/worker/drawing/frame_painter.h"
#include "render/worker/drawing/layers.h"
#include "render/worker/drawing/size_check.h"
#include "render/worker/encoding/encode.h"
#include "render/worker/encoding/smallest.h"
#include "render/worker/encoding/within_bytes.h"
#include "render/worker/metadata/copyright_notice.h"
#include "render/worker/metadata/metadata_blocks.h"
#include "render/worker/svg/svg_delivery.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

std::unexpected<Error> contradiction(std::string detail) {
  return fail(ErrorCode::internal, "The image could not be processed.", std::move(detail));
}

/// A job's files, with the plan's changes of the drawing made. Outlives the picture, which is read from them.
class ChangedFiles {
 public:
  ChangedFiles(Files files, const Plan& plan, const protocol::Limits& limits)
      : files_(files.begin(), files.end()) {
    if (plan.svg_changes.empty()) return;
    const std::string_view bytes = Layers(files, limits).file(plan.file).bytes;
    files_[static_cast<std::size_t>(plan.file)].bytes = with_changes(bytes, plan.svg_changes, changed_);
  }
  [[nodiscard]] Files files() const { return files_; }

 private:
  std::string changed_;
  std::vector<File> files_;
};

/// The animation's timing, which lies beside the first frame's pixels.
void copy_timing(const VImage& from, VImage& to, int page_height) {
  to.set(VIPS_META_PAGE_HEIGHT, page_height);
  if (from.get_typeof("delay") != 0) to.set("delay", from.get_array_int("delay"));
  if (from.get_typeof("loop") != 0) to.set("loop", from.get_int("loop"));
}

/// Every frame is finished before the next is read: only results lie in memory, not the whole source.
VImage paint_all(const VImage& source, FramePainter& painter, std::int32_t frames) {
  const int page_height = source.height() / frames;
  std::vector<VImage> painted;
  painted.reserve(static_cast<std::size_t>(frames));
  for (std::int32_t i = 0; i < frames; ++i) {
    const VImage frame = source.extract_area(0, i * page_height, source.width(), page_height);
    painted.push_back(painter.paint(frame).copy_memory());
  }
  VImage joined = VImage::arrayjoin(painted, VImage::option()->set("across", 1)).copy();
  copy_timing(source, joined, painted.front().height());
  return joined;
}

/// Of the source alone, not of what is composed onto it.
CopyrightNotice notice_of(const VImage& source, std::string_view bytes, const SourceHeader& header) {
  CopyrightNotice notice = copyright_in(metadata_blocks_of(source));
  if (header.format == Format::tiff) notice.exif = copyright_in_tiff(bytes, header.page);
  return notice;
}

struct Painted {
  VImage image;
  CopyrightNotice notice;  ///< empty unless the plan keeps it
};

Result<void> check_is_as_planned(const VImage& image, Size planned, std::int64_t frames) {
  if (image.width() == planned.width && std::cmp_equal(image.height(), planned.height * frames)) return {};
  return contradiction("the result has " + std::to_string(image.width()) + " x " +
                       std::to_string(image.height()) + " pixels, which is not what was planned");
}

/// Nobody has said in a video whose it is.
Result<Painted> painted_film(const SourceHeader& header, const Plan& plan, Layers& layers,
                             const protocol::Limits& limits) {
  const Result<PaintedFilm> film = paint_film(header, plan, layers, limits);
  if (!film) return std::unexpected(film.error());
  if (auto good = check_is_as_planned(film->image, film->planned, film->frames); !good)
    return std::unexpected(good.error());
  return Painted{film->image, {}};
}

/// The picture that the plan's steps make, frames below each other.
Result<Painted> painted(Files files, const Plan& plan, bool all_frames, const protocol::Limits& limits) {
  Layers layers(files, limits);
  const std::string_view bytes = layers.file(plan.file).bytes;
  const Result<SourceHeader> header = examine_stored(bytes, plan.source, limits, std::max(plan.page, 1));
  if (!header) return std::unexpected(header.error());
  if (!is_drawing(header->format) && header->upright != plan.source) {
    return contradiction("the plan is for another source");
  }
  if (shows_film(*header, plan)) return painted_film(*header, plan, layers, limits);
  const std::int32_t frames = all_frames ? header->frames : 1;
  const Result<Size> expected = check_sizes(plan.source, plan.steps, frames, limits);
  if (!expected) return std::unexpected(expected.error());
  FramePainter painter(plan.source, plan.steps, *header, layers);
  Decoding decoding = painter.decoding(frames);
  decoding.timestamp = plan.timestamp;
  const VImage source = decode(bytes, *header, decoding);
  VImage image = frames > 1 ? paint_all(source, painter, frames) : painter.paint(source).copy();
  if (frames == 1) image.remove(VIPS_META_PAGE_HEIGHT);  // of the source; savers would cut the result up
  if (auto good = check_is_as_planned(image, *expected, frames); !good) return std::unexpected(good.error());
  return Painted{image, keeps_copyright(plan) ? notice_of(source, bytes, *header) : CopyrightNotice()};
}

Result<void> check_formats(const Plan& plan) {
  if (auto good = check_writable(plan.encoding.format); !good) return good;
  for (const Encoding& other : plan.or_smaller) {
    if (auto good = check_writable(other.format); !good) return good;
  }
  return plan.if_transparent ? check_writable(plan.if_transparent->format) : Result<void>{};
}

/// For what may be as large as its source, which is within its own limits.
protocol::Limits up_to_the_source(protocol::Limits limits) {
  limits.output_pixels = std::max(limits.output_pixels, limits.source_pixels);
  limits.output_side = std::max(limits.output_side, limits.source_pixels);
  return limits;
}

std::vector<Encoding> encodings_for(const VImage& pixels, const Plan& plan) {
  if (plan.if_transparent && is_see_through(pixels)) return {*plan.if_transparent};
  std::vector<Encoding> encodings{plan.encoding};
  encodings.insert(encodings.end(), plan.or_smaller.begin(), plan.or_smaller.end());
  return encodings;
}

SvgDeliveryWish wish_of(const Plan& plan) {
  return {.size = plan.encoding.resized ? std::optional(plan.source) : std::nullopt,
          .minified = plan.encoding.thorough};
}

Result<Drawing> finished(const Painted& picture, const Plan& plan) {
  const auto& [image, notice] = picture;
  const bool read_once = !plan.if_transparent && plan.or_smaller.empty() && plan.encoding.min_score == 0 &&
                         !plan.encoding.thorough && plan.encoding.max_bytes == 0;
  if (read_once) return Drawing{encode(image, plan.encoding, notice), plan.encoding.format};
  const VImage pixels = image.copy_memory();
  Result<Encoded> encoded = encode_smallest(pixels, encodings_for(pixels, plan), notice);
  if (!encoded) return std::unexpected(std::move(encoded).error());
  return Drawing{std::move(encoded->bytes), encoded->format};
}

Result<Drawing> delivered(std::string svg, const Encoding& encoding) {
  if (encoding.max_bytes > 0 && std::cmp_greater(svg.size(), encoding.max_bytes))
    return std::unexpected(too_large_error({svg.size(), encoding}));
  return Drawing{std::move(svg), Format::svg};
}

Result<Drawing> film_part(Files files, const Plan& plan, const protocol::Limits& limits) {
  Result<std::string> part = draw_film_part(Layers(files, limits).file(plan.file), plan, limits);
  if (!part) return std::unexpected(std::move(part).error());
  return Drawing{*std::move(part), Format::ts};
}

/// The smallest box with both in it.
CropStep around(const CropStep& one, const CropStep& other) {
  const int left = std::min(one.left, other.left);
  const int top = std::min(one.top, other.top);
  const int right = std::max(one.left + one.size.width, other.left + other.size.width);
  const int bottom = std::max(one.top + one.size.height, other.top + other.size.height);
  return {.left = left, .top = top, .size = {right - left, bottom - top}};
}

/// Everything that any of the frames shows. One that is all background has nothing to say.
CropStep trimmed(const VImage& image, const Measurement& how) {
  const int height = vips_image_get_page_height(image.get_image());
  const Size frame{image.width(), height};
  std::optional<CropStep> shown;
  for (int top = 0; top < image.height(); top += height) {
    const VImage one = image.extract_area(0, top, frame.width, height);
    const auto box = pixels::measure_trim(one, how.fuzzy, how.background);
    if (box) shown = shown ? around(*shown, *box) : *box;
  }
  return shown.value_or(CropStep{.left = 0, .top = 0, .size = frame});
}

}  // namespace

Result<Drawing> draw(Files files, const Plan& plan, const protocol::Limits& limits) {
  if (plan.film_part >= 0) return film_part(files, plan, limits);
  if (auto good = check_formats(plan); !good) return std::unexpected(good.error());
  const ChangedFiles changed(files, plan, limits);
  if (plan.encoding.as_it_is) {
    auto svg = deliverable_svg(changed.files().front().bytes, wish_of(plan));
    if (svg) return delivered(*std::move(svg), plan.encoding);
  }
  const protocol::Limits within = plan.encoding.pyramid ? up_to_the_source(limits) : limits;
  const Result<Painted> picture = painted(changed.files(), plan, plan.animated, within);
  if (!picture) return std::unexpected(picture.error());
  return finished(*picture, plan);
}

Result<Measured> measure(Files files, const Plan& plan, Measurement measurement,
                         const protocol::Limits& limits) {
  if (measurement.kind == Measurement::Kind::film)
    return measure_film(Layers(files, limits).file(plan.file), plan, limits);
  const ChangedFiles changed(files, plan, limits);
  const Result<Painted> picture = painted(changed.files(), plan, plan.animated, up_to_the_source(limits));
  if (!picture) return std::unexpected(picture.error());
  const VImage& image = picture->image;
  if (measurement.kind == Measurement::Kind::entropy) return Measured{pixels::measure_entropy(image)};
  if (measurement.kind == Measurement::Kind::faces) return as_measured(find_faces(image));
  if (measurement.kind == Measurement::Kind::attention) {
    const Point found = pixels::measure_attention(image);
    return Measured{found.x, found.y};
  }
  const CropStep box = trimmed(image, measurement);
  return Measured{static_cast<double>(box.left), static_cast<double>(box.top),
                  static_cast<double>(box.size.width), static_cast<double>(box.size.height)};
}

}  // namespace rucola::render::worker
