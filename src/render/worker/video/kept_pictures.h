// The pictures of a part of a film as they are coded in the file: nothing is decoded.
//
// Hostile input is expected. Threads: a worker has one. Errors: those of ts_file.h.
#pragma once

#include <cstddef>

#include "render/worker/video/film_cuts.h"
#include "render/worker/video/ts_file.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// Are they, as they are, what every player of streams shows right? H.264 of 8 bits with halved colours,
/// upright, of square pixels, and all to be shown.
bool can_keep_pictures(const VideoFile& video, const FilmCuts& cuts);

class KeptPictures {
 public:
  /// can_keep_pictures(). Video and cuts outlive it.
  KeptPictures(VideoFile& video, const FilmCuts& cuts, std::size_t part);

  [[nodiscard]] const AVCodecParameters& parameters() const { return *filter_->par_out; }
  /// All of them.
  void write(TsFile& to);

 private:
  void write_packet(AVPacket& packet, TsFile& to);
  void write_filtered(AVPacket& packet, TsFile& to);

  VideoFile& video_;
  const FilmCuts& cuts_;
  std::size_t part_;
  ffmpeg::Owned<AVBSFContext> filter_;
};

}  // namespace rucola::render::worker
