#include "render/worker/video_still.h"

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>

extern "C" {
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
}

#include "render/worker/files.h"
#include "render/worker/source_colors.h"
#include "render/worker/video_frames.h"

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
           {"The video's colours are in " +
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

double peak_nits_of(const AVFrame& frame, double otherwise) {
  if (const AVFrameSideData* data = av_frame_get_side_data(&frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)) {
    AVContentLightMetadata light{};
    std::memcpy(&light, data->data, sizeof light);
    if (light.MaxCLL > 0) return light.MaxCLL;
  }
  if (const AVFrameSideData* data =
          av_frame_get_side_data(&frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)) {
    AVMasteringDisplayMetadata display{};
    std::memcpy(&display, data->data, sizeof display);
    if (display.has_luminance != 0 && display.max_luminance.num > 0 && display.max_luminance.den > 0)
      return av_q2d(display.max_luminance);
  }
  return otherwise;
}

/// As AVIF and HEIC have them, which are pictures of videos.
std::optional<ColorEncoding> encoding_of_frame(const AVFrame& frame) {
  auto encoding =
      encoding_of({.primaries = frame.color_primaries, .transfer = frame.color_trc}, CicpIn::heif);
  if (encoding) encoding->peak_nits = peak_nits_of(frame, encoding->peak_nits);
  return encoding;
}

VImage upright(const VImage& image, int orientation) {
  if (orientation == 1) return image;
  VImage tagged = image.copy();
  tagged.set(VIPS_META_ORIENTATION, orientation);
  return tagged.autorot().copy_memory();
}

}  // namespace

VImage still_of(VideoFile& video, std::int32_t timestamp) {
  const Owned<AVFrame> frame = timestamp < 0 ? telling_frame(video) : frame_at(video, timestamp);
  const Owned<AVFrame> rgb = in_rgb(*frame, video.shown());
  return upright(in_encoding(of_whole_range(image_of(*rgb)), encoding_of_frame(*frame)), video.orientation());
}

}  // namespace rucola::render::worker
