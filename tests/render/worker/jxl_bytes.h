// JPEG XLs that move, made by libjxl itself: libvips, which the worker writes them with, has one clock for
// all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <jxl/encode.h>

#include "base/c_handle.h"

namespace rucola::render::samples {

/// How many ticks a second has, as a fraction; and how often it is played.
struct JxlClock {
  std::uint32_t numerator = 1000;
  std::uint32_t denominator = 1;
  std::uint32_t plays = 0;
};

/// How long a page lasts.
inline constexpr std::uint32_t jxl_page = 0xffffffff;

inline void jxl_done(JxlEncoderStatus status) {
  if (status != JXL_ENC_SUCCESS) throw std::runtime_error("libjxl writes no file for a test");
}

inline std::string jxl_output(JxlEncoder* encoder) {
  std::string file;
  std::array<std::uint8_t, 4096> buffer{};
  for (;;) {
    std::uint8_t* end = buffer.data();
    std::size_t free = buffer.size();
    const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder, &end, &free);
    file.append(buffer.data(), end);
    if (status == JXL_ENC_SUCCESS) return file;
    if (status != JXL_ENC_NEED_MORE_OUTPUT) jxl_done(status);
  }
}

/// Of a grey pixel, one frame for each number of ticks.
inline std::string moving_jxl(const std::vector<std::uint32_t>& ticks, const JxlClock& clock = {}) {
  const CHandle<JxlEncoder, JxlEncoderDestroy> encoder(JxlEncoderCreate(nullptr));
  JxlBasicInfo info;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = 1;
  info.ysize = 1;
  info.bits_per_sample = 8;
  info.num_color_channels = 1;
  info.uses_original_profile = JXL_TRUE;
  info.have_animation = JXL_TRUE;
  info.animation = {.tps_numerator = clock.numerator,
                    .tps_denominator = clock.denominator,
                    .num_loops = clock.plays,
                    .have_timecodes = JXL_FALSE};
  jxl_done(JxlEncoderSetBasicInfo(encoder.get(), &info));
  JxlColorEncoding grey;
  JxlColorEncodingSetToSRGB(&grey, JXL_TRUE);
  jxl_done(JxlEncoderSetColorEncoding(encoder.get(), &grey));
  JxlEncoderFrameSettings* settings = JxlEncoderFrameSettingsCreate(encoder.get(), nullptr);
  jxl_done(JxlEncoderSetFrameLossless(settings, JXL_TRUE));
  constexpr JxlPixelFormat format{
      .num_channels = 1, .data_type = JXL_TYPE_UINT8, .endianness = JXL_NATIVE_ENDIAN, .align = 0};
  std::uint8_t pixel = 0;
  for (const std::uint32_t each : ticks) {
    JxlFrameHeader header;
    JxlEncoderInitFrameHeader(&header);
    header.duration = each;
    jxl_done(JxlEncoderSetFrameHeader(settings, &header));
    pixel += 40;
    jxl_done(JxlEncoderAddImageFrame(settings, &format, &pixel, sizeof(pixel)));
  }
  JxlEncoderCloseInput(encoder.get());
  return jxl_output(encoder.get());
}

}  // namespace rucola::render::samples
