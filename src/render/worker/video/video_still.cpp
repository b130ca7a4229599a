#include "render/worker/video/video_still.h"

#include <cstring>
#include <optional>

extern "C" {
#include <libavutil/mastering_display_metadata.h>
}

#include "render/worker/colors/source_colors.h"
#include "render/worker/video/frame_image.h"
#include "render/worker/video/video_frames.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::Owned;
using vips::VImage;

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
  return upright(in_encoding(rgb_of(*frame, video.shown()), encoding_of_frame(*frame)), video.orientation());
}

}  // namespace rucola::render::worker
