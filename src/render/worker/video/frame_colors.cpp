#include "render/worker/video/frame_colors.h"

#include <cstring>
#include <string>

extern "C" {
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
}

#include "render/worker/memory/files.h"

namespace rucola::render::worker {
namespace {

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

}  // namespace

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

std::optional<ColorEncoding> encoding_of_frame(const AVFrame& frame) {
  auto encoding =
      encoding_of({.primaries = frame.color_primaries, .transfer = frame.color_trc}, CicpIn::heif);
  if (encoding) encoding->peak_nits = peak_nits_of(frame, encoding->peak_nits);
  return encoding;
}

}  // namespace rucola::render::worker
