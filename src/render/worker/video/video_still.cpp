#include "render/worker/video/video_still.h"

#include "render/worker/colors/source_colors.h"
#include "render/worker/video/frame_colors.h"
#include "render/worker/video/frame_image.h"
#include "render/worker/video/video_frames.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::Owned;
using vips::VImage;

VImage upright(const VImage& image, int orientation) {
  if (orientation == 1) return image;
  VImage tagged = image.copy();
  tagged.set(VIPS_META_ORIENTATION, orientation);
  return tagged.autorot().copy_memory();
}

}  // namespace

VImage upright_picture(const AVFrame& frame, const VideoFile& video, Size size) {
  return upright(in_encoding(rgb_of(frame, size), encoding_of_frame(frame)), video.orientation());
}

VImage still_of(VideoFile& video, std::int32_t timestamp) {
  const Owned<AVFrame> frame = timestamp < 0 ? telling_frame(video) : frame_at(video, timestamp);
  return upright_picture(*frame, video, video.shown());
}

}  // namespace rucola::render::worker
