// The pictures of a part of a film, decoded and coded anew: as H.264, upright, of another size. Each keeps
// its time.
//
// Hostile input is expected. Threads: a worker has one. Errors: those of video/decoder.h, picture_converter.h
// and ts_file.h; Refused (payload_too_large) where too much would have to be decoded, before anything is;
// std::runtime_error where the encoder gives up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "render/plan/size.h"
#include "render/worker/video/film_clock.h"
#include "render/worker/video/film_cuts.h"
#include "render/worker/video/picture_converter.h"
#include "render/worker/video/pictures_from.h"
#include "render/worker/video/ts_file.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

class CodedPictures {
 public:
  /// `size`: even, upright; `quality`: as Encoding::quality. The video outlives it.
  CodedPictures(VideoFile& video, const FilmCuts& cuts, std::size_t part, Size size, std::int32_t quality);

  [[nodiscard]] const AVCodecParameters& parameters() const { return *parameters_; }
  /// All of them.
  void write(TsFile& to);

 private:
  bool read_frame();
  void open_encoder(Size size, std::int32_t quality);
  void encode(TsFile& to);
  void write_packets(TsFile& to);

  VideoFile& video_;
  FilmClock clock_;
  FilmSpan span_;
  PictureConverter converter_;
  std::optional<PicturesFrom> pictures_;
  ffmpeg::Owned<AVFrame> frame_;
  std::int64_t shown_ = 0;  ///< when the frame is, in ticks
  ffmpeg::Owned<AVCodecContext> encoder_;
  ffmpeg::Owned<AVCodecParameters> parameters_;
};

}  // namespace rucola::render::worker
