// The encoders of the pictures of films: H.264 and VP9, by FFmpeg's libraries.
//
// Threads: a worker has one. Errors: std::runtime_error where FFmpeg gives up.
#pragma once

#include <cstdint>

#include "render/plan/format.h"
#include "render/plan/size.h"
#include "render/worker/video/ffmpeg.h"

namespace rucola::render::worker {

/// What codes the pictures in a file of that format; null where FFmpeg has been built without it.
const AVCodec* video_encoder_of(Format format);

struct VideoCoding {
  Format format = Format::mp4;       ///< mp4, webm or ts
  std::int32_t quality = 0;          ///< as Encoding::quality
  Size size;                         ///< even
  AVRational unit{};                 ///< of the times of frames
  AVRational frames_a_second{0, 1};  ///< roughly: what a player has to be capable of; unknown: one a unit
  AVColorPrimaries primaries = AVCOL_PRI_BT709;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_IEC61966_2_1;
  bool header_is_apart =
      false;  ///< what a decoder has to know stands in the container, not between the pictures
};

/// Takes 4:2:0 of 8 bits in the matrix of BT.709 and its range. Pictures are shown in the order in which they
/// are coded; each is coded at once, by one thread.
ffmpeg::Owned<AVCodecContext> open_video_encoder(const VideoCoding& coding);

/// Before the pictures are made: what is larger no player shows, and the encoders need minutes and gigabytes.
/// Errors: Refused (payload_too_large).
void check_film_size(Size size);

}  // namespace rucola::render::worker
