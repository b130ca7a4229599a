// A source image as its header and structure describe it, checked against the limits before anything is
// decoded; and its pixels, decoded as small as the next step allows.
//
// Threads: a worker has one. Errors: unprocessable (not an image, damaged), payload_too_large with the limit
// named; besides, libvips' own vips::VError.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <vips/vips8>

#include "base/error.h"
#include "render/plan/plan.h"
#include "render/protocol/messages.h"
#include "render/worker/svg/svg_drawing.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

struct AvifSequence;     // structure/avif_sequence.h
struct Bitmap;           // bitmap_source.h
struct EmbeddedPicture;  // embedded_picture.h
struct JxlAnimation;     // jxl_animation.h

/// Can this machine's libvips read it? The error, unsupported_media_type, says what is missing.
Result<void> check_readable(Format format);

struct SourceHeader {
  Format format = Format::jpg;
  Size stored;  ///< of one frame, as it lies in the file
  Size upright;
  std::int32_t orientation = 1;  ///< EXIF, 1 to 8
  std::int32_t frames = 1;
  bool still_is_apart = false;                  ///< what is shown where nothing moves is none of the frames
  std::int32_t page = 1;                        ///< of a document, from 1: the one that the sizes are of
  std::shared_ptr<const SvgDrawing> drawing{};  ///< an SVG, read
  std::shared_ptr<const Bitmap> bitmap{};       ///< BMP, an icon, PSD, read
  std::shared_ptr<const AvifSequence> sequence{};     ///< of an AVIF that moves, read
  std::shared_ptr<const JxlAnimation> jxl{};          ///< of a JPEG XL that moves
  std::shared_ptr<const EmbeddedPicture> embedded{};  ///< a camera RAW, EPS: what stands for it, as the sizes
  std::shared_ptr<VideoFile> video{};  ///< opened; the sizes are of its pictures, turned already
};

enum class Scrutiny {
  limits,    ///< cheap; for files that have been inspected before
  complete,  ///< also what no decoder complains about: a missing end, forbidden links
};

/// `bytes` is not empty. `page` is that of a document, from 1; what is no document has only one.
Result<SourceHeader> examine(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny,
                             std::int32_t page = 1);

/// Of a file that the catalog knows to be of that size, upright; mostly as examine() with Scrutiny::limits. A
/// camera RAW may have been stored before these were read: then it is the TIFF that it was taken for.
/// And the canvas of a GIF was once cut where its first frame goes over the edge.
Result<SourceHeader> examine_stored(std::string_view bytes, Size upright, const protocol::Limits& limits,
                                    std::int32_t page);

/// Which decoder reads its pixels, and what: mostly the file itself, else the picture inside.
Format coded_format(const SourceHeader& header);
std::string_view coded_bytes(const SourceHeader& header, std::string_view bytes);

struct Decoding {
  bool all_frames = false;
  /// The image will be resized to this size (upright) at once: it need not be decoded any larger. For a
  /// drawing, the size it is drawn at: an SVG just that, a document at least.
  std::optional<Size> target;
  std::int32_t timestamp = -1;  ///< of a video, as Plan::timestamp
  VipsFailOn fail_on = VIPS_FAIL_ON_ERROR;
};

/// By how much the decoder shrinks both sides on the way to the target.
int shrink_on_load(const SourceHeader& header, const Decoding& decoding);

/// As the file means it, in colours of its own (colors/source_colors.h). Sequential: to be read once from top
/// to bottom. Frames lie below each other. `bytes` must outlive the image.
vips::VImage decode(std::string_view bytes, const SourceHeader& header, const Decoding& decoding);

bool swaps_sides(std::int32_t orientation);

}  // namespace rucola::render::worker
