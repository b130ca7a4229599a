#include "render/worker/decoding/avif_source.h"

#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "render/worker/colors/source_colors.h"
#include "render/worker/decoding/avif_frames.h"
#include "render/worker/decoding/source_checks.h"
#include "render/worker/decoding/vips_loading.h"
#include "render/worker/structure/avif_sequence.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// What is said of rights and authors stands beside the still picture, which a sequence need not have.
void copy_metadata(std::string_view bytes, VipsFailOn fail_on, VImage& image) {
  try {
    const VImage still = load(blob_of(bytes), Format::avif, loader_options(fail_on));
    for (const char* name : std::array{VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME}) {
      if (still.get_typeof(name) == 0) continue;
      std::size_t size = 0;
      const void* data = still.get_blob(name, &size);
      vips_image_set_blob_copy(image.get_image(), name, data, size);
    }
  } catch (const vips::VError&) {
    vips_error_clear();
  }
}

void set_timing(const AvifSequence& sequence, VImage& image) {
  std::vector<int> delays;
  delays.reserve(sequence.frames.size());
  for (const AvifFrame& frame : sequence.frames)
    delays.push_back(frame.delay_ms);
  image.set(VIPS_META_PAGE_HEIGHT, sequence.size.height);
  image.set("delay", delays);
  image.set("loop", sequence.plays);
}

NamedColors named_colors(const AvifSequence& sequence, Cicp cicp) {
  NamedColors named{.encoding = encoding_of(cicp, CicpIn::heif),
                    .premultiplied_alpha = sequence.is_premultiplied};
  if (named.encoding && sequence.peak_nits) named.encoding->peak_nits = *sequence.peak_nits;
  return named;
}

VImage decoded(std::string_view bytes, const AvifSequence& sequence, std::int32_t frames,
               VipsFailOn fail_on) {
  const AvifPictures pictures = avif_pictures(sequence, frames);
  VImage image = image_of(pictures.rows);
  if (frames > 1) set_timing(sequence, image);
  const std::string_view profile = sequence.icc_profile;
  if (!profile.empty())
    vips_image_set_blob_copy(image.get_image(), VIPS_META_ICC_NAME, profile.data(), profile.size());
  if (sequence.orientation != 1) image.set(VIPS_META_ORIENTATION, sequence.orientation);
  copy_metadata(bytes, fail_on, image);
  return as_named(image, named_colors(sequence, pictures.colors));
}

}  // namespace

std::optional<Result<SourceHeader>> read_sequence_header(std::string_view bytes,
                                                         const protocol::Limits& limits) {
  auto sequence = read_avif_sequence(bytes, static_cast<std::size_t>(limits.source_frames));
  if (!sequence) return damaged(Format::avif, sequence.error());
  if (!*sequence) return std::nullopt;
  const Size size = (*sequence)->size;
  const auto frames = static_cast<std::int64_t>((*sequence)->declared_frames);
  if (auto good = check_pixels(size.width, size.height, frames, limits); !good)
    return std::unexpected(good.error());
  if (!can_decode_avif_frames())
    return fail(ErrorCode::unsupported_media_type,
                "This machine's FFmpeg reads no AV1, of which sequences in AVIF are.");
  SourceHeader header{.format = Format::avif, .stored = size, .upright = size};
  header.orientation = (*sequence)->orientation;
  if (swaps_sides(header.orientation)) header.upright = {size.height, size.width};
  header.frames = static_cast<std::int32_t>(frames);
  header.sequence = std::make_shared<const AvifSequence>(**std::move(sequence));
  return header;
}

VImage decode_sequence(std::string_view bytes, const SourceHeader& header, const Decoding& decoding) {
  try {
    return decoded(bytes, *header.sequence, decoding.all_frames ? header.frames : 1, decoding.fail_on);
  } catch (const std::runtime_error& error) {
    throw vips::VError(error.what());
  }
}

}  // namespace rucola::render::worker
