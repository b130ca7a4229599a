#include "render/worker/video/frame_image.h"

#include <cstddef>
#include <cstring>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "render/worker/video/frame_colors.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::made;
using ffmpeg::Owned;
using vips::VImage;

AVPixelFormat format_of(const AVFrame& frame) {
  return static_cast<AVPixelFormat>(frame.format);
}

bool has_more_than_8_bits(const AVFrame& frame) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format_of(frame));
  return description != nullptr && description->comp[0].depth > 8;
}

/// Red, green and blue, of that size, samples of the whole range.
Owned<AVFrame> in_rgb(const AVFrame& frame, Size size) {
  Owned<AVFrame> rgb(made(av_frame_alloc(), "frame"));
  rgb->format = has_more_than_8_bits(frame) ? AV_PIX_FMT_RGB48 : AV_PIX_FMT_RGB24;
  rgb->width = size.width;
  rgb->height = size.height;
  readable(av_frame_get_buffer(rgb.get(), 0));
  const Owned<SwsContext> scaler(sws_getContext(
      frame.width, frame.height, format_of(frame), size.width, size.height,
      static_cast<AVPixelFormat>(rgb->format),
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP, nullptr, nullptr, nullptr));
  if (!scaler) readable(AVERROR(EINVAL));
  constexpr int one = 1 << 16;
  const int whole_range = frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0;
  sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(matrix_of(frame)), whole_range,
                           sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, one, one);
  readable(sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, rgb->data, rgb->linesize));
  return rgb;
}

VImage image_of(const AVFrame& rgb) {
  const bool is_deep = rgb.format == AV_PIX_FMT_RGB48;
  VipsImage* memory = vips_image_new_memory();
  VImage image(memory);
  vips_image_init_fields(memory, rgb.width, rgb.height, 3, is_deep ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR,
                         VIPS_CODING_NONE, is_deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB, 1,
                         1);
  if (vips_image_write_prepare(memory) != 0) throw vips::VError();
  for (int y = 0; y < rgb.height; ++y) {
    const std::ptrdiff_t offset = static_cast<std::ptrdiff_t>(y) * rgb.linesize[0];
    std::memcpy(VIPS_IMAGE_ADDR(memory, 0, y), rgb.data[0] + offset, VIPS_IMAGE_SIZEOF_LINE(memory));
  }
  return image;
}

/// FFmpeg's white of 16 bits is 255 times 256.
VImage of_whole_range(const VImage& image) {
  if (image.format() != VIPS_FORMAT_USHORT) return image;
  constexpr double whole = 257.0 / 256;
  return (image * whole).rint().cast(VIPS_FORMAT_USHORT).copy_memory();
}

}  // namespace

VImage rgb_of(const AVFrame& frame, Size size) {
  return of_whole_range(image_of(*in_rgb(frame, size)));
}

}  // namespace rucola::render::worker
