#include "render/worker/video/picture_converter.h"

#include <array>
#include <cstddef>
#include <cstdint>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <vips/vips8>

#include "render/worker/colors/source_colors.h"
#include "render/worker/video/frame_colors.h"
#include "render/worker/video/frame_image.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::made;
using ffmpeg::Owned;
using vips::VImage;

/// As EXIF counts them.
bool swaps_sides(int orientation) {
  return orientation >= 5;
}
bool begins_at_right(int orientation) {
  return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}
bool begins_at_bottom(int orientation) {
  return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

Size turned(Size size, int orientation) {
  return swaps_sides(orientation) ? Size{size.height, size.width} : size;
}

bool is_tone_mapped(const AVFrame& frame) {
  const auto encoding = encoding_of_frame(frame);
  return encoding && encoding->is_hdr();
}

bool is_of_whole_range(const AVFrame& frame) {
  return frame.color_range == AVCOL_RANGE_JPEG;
}

/// libswscale leaves the range of samples alone where they have more than eight bits and stay apart.
bool is_converted_by_rgb(const AVFrame& frame) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  const bool is_deep = description != nullptr && description->comp[0].depth > 8;
  return is_tone_mapped(frame) || (is_deep && is_of_whole_range(frame));
}

VImage in_8_bits(const VImage& image) {
  return image.format() == VIPS_FORMAT_USHORT ? (image >> 8).cast(VIPS_FORMAT_UCHAR) : image;
}

Owned<AVFrame> frame_of(Size size) {
  Owned<AVFrame> frame(made(av_frame_alloc(), "frame"));
  frame->format = AV_PIX_FMT_YUV420P;
  frame->width = size.width;
  frame->height = size.height;
  readable(av_frame_get_buffer(frame.get(), 0));
  return frame;
}

/// Samples of one kind, in rows that are `stride` bytes apart.
struct Plane {
  std::uint8_t* samples;
  std::ptrdiff_t stride;
  Size size;
};

Plane plane_of(const AVFrame& frame, std::size_t number) {
  const int shrink = number == 0 ? 1 : 2;
  return {.samples = frame.data[number],
          .stride = frame.linesize[number],
          .size = {frame.width / shrink, frame.height / shrink}};
}

void turn(const Plane& from, const Plane& to, int orientation) {
  const bool swaps = swaps_sides(orientation);
  const std::ptrdiff_t right = begins_at_right(orientation) ? -1 : 1;
  const std::ptrdiff_t down = begins_at_bottom(orientation) ? -from.stride : from.stride;
  const std::ptrdiff_t across = swaps ? down : right;
  const std::ptrdiff_t along = swaps ? right : down;
  const std::uint8_t* row = from.samples + (right < 0 ? from.size.width - 1 : 0) +
                            (down < 0 ? (from.size.height - 1) * from.stride : 0);
  std::uint8_t* into = to.samples;
  for (std::int32_t y = 0; y < to.size.height; ++y) {
    for (std::int32_t x = 0; x < to.size.width; ++x)
      into[x] = row[x * across];
    row += along;
    into += to.stride;
  }
}

Owned<AVFrame> upright(Owned<AVFrame> frame, int orientation) {
  if (orientation == 1) return frame;
  constexpr std::size_t planes = 3;
  Owned<AVFrame> result = frame_of(turned({frame->width, frame->height}, orientation));
  for (std::size_t i = 0; i < planes; ++i)
    turn(plane_of(*frame, i), plane_of(*result, i), orientation);
  return result;
}

}  // namespace

PictureConverter::PictureConverter(Size upright, int orientation)
    : stored_(turned(upright, orientation)), orientation_(orientation) {}

Owned<AVFrame> PictureConverter::converted(const AVFrame& frame) {
  return upright(is_converted_by_rgb(frame) ? scaled_in_rgb(frame) : scaled(frame), orientation_);
}

void PictureConverter::prepare_scaler(const Source& source) {
  if (scaler_ && source == source_) return;
  scaler_.reset(sws_getContext(source.width, source.height, static_cast<AVPixelFormat>(source.format),
                               stored_.width, stored_.height, AV_PIX_FMT_YUV420P,
                               SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (!scaler_) readable(AVERROR(EINVAL));
  constexpr int one = 1 << 16;
  sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(source.matrix),
                           source.is_of_whole_range ? 1 : 0, sws_getCoefficients(SWS_CS_ITU709), 0, 0, one,
                           one);
  source_ = source;
}

Owned<AVFrame> PictureConverter::scaled(const AVFrame& frame) {
  prepare_scaler({.width = frame.width,
                  .height = frame.height,
                  .format = frame.format,
                  .matrix = matrix_of(frame),
                  .is_of_whole_range = is_of_whole_range(frame)});
  Owned<AVFrame> result = frame_of(stored_);
  readable(
      sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, result->data, result->linesize));
  return result;
}

/// Made as small first as it will be: what is done to each pixel takes longest.
Owned<AVFrame> PictureConverter::scaled_in_rgb(const AVFrame& frame) {
  const VImage rgb = rgb_of(frame, stored_);
  const VImage image =
      is_tone_mapped(frame) ? tone_mapped(rgb, *encoding_of_frame(frame)) : in_8_bits(rgb).copy_memory();
  const std::array<const std::uint8_t*, 4> samples{static_cast<const std::uint8_t*>(image.data())};
  const std::array<int, 4> strides{static_cast<int>(VIPS_IMAGE_SIZEOF_LINE(image.get_image()))};
  prepare_scaler({.width = stored_.width,
                  .height = stored_.height,
                  .format = AV_PIX_FMT_RGB24,
                  .matrix = SWS_CS_ITU709,
                  .is_of_whole_range = true});
  Owned<AVFrame> result = frame_of(stored_);
  readable(sws_scale(scaler_.get(), samples.data(), strides.data(), 0, stored_.height, result->data,
                     result->linesize));
  return result;
}

VImage PictureConverter::tone_mapped(const VImage& rgb, const ColorEncoding& encoding) {
  if (rgb.format() != VIPS_FORMAT_USHORT) return in_encoding(rgb, encoding).copy_memory();
  if (!tones_ || tones_->encoding() != encoding) tones_.emplace(encoding);
  return tones_->mapped(rgb);
}

AVColorPrimaries primaries_of_converted(const AVFrame& frame) {
  const bool is_known = frame.color_primaries != AVCOL_PRI_UNSPECIFIED &&
                        frame.color_primaries != AVCOL_PRI_RESERVED0 &&
                        frame.color_primaries != AVCOL_PRI_RESERVED;
  return is_known && !is_tone_mapped(frame) ? frame.color_primaries : AVCOL_PRI_BT709;
}

AVColorTransferCharacteristic transfer_of_converted(const AVFrame& frame) {
  if (is_tone_mapped(frame)) return AVCOL_TRC_IEC61966_2_1;
  const bool is_known = frame.color_trc != AVCOL_TRC_UNSPECIFIED && frame.color_trc != AVCOL_TRC_RESERVED0 &&
                        frame.color_trc != AVCOL_TRC_RESERVED;
  return is_known ? frame.color_trc : AVCOL_TRC_BT709;
}

}  // namespace rucola::render::worker
