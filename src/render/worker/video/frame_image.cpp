#include "render/worker/video/frame_image.h"

#include <cstddef>
#include <cstring>
#include <string>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "render/worker/memory/files.h"
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

/// What is not said browsers take for that of high definition where the picture is as high as that.
int matrix_of(const AVFrame& frame) {
  constexpr int high_definition = 720;
  switch (frame.colorspace) {
    case AVCOL_SPC_UNSPECIFIED:
    case AVCOL_SPC_RESERVED:
      return frame.height < high_definition ? SWS_CS_ITU601 : SWS_CS_ITU709;
    case AVCOL_SPC_RGB:
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_FCC:
      return SWS_CS_FCC;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
      return SWS_CS_ITU601;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    case AVCOL_SPC_BT2020_NCL:
      return SWS_CS_BT2020;
    default: {
      const char* name = av_color_space_name(frame.colorspace);
      throw Refused(
          {ErrorCode::unsupported_media_type,
           {"The colours of the pictures are in " +
            std::string(name == nullptr ? "a matrix that nobody knows" : name) +
            ", which is not read; those of BT.601, BT.709, BT.2020 (luminance not constant), FCC, SMPTE 240M "
            "and RGB are."},
           {}});
    }
  }
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
