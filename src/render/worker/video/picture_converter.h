// Decoded frames of a film as encoders of films take them: upright, of another size, with square pixels, in
// 4:2:0 of 8 bits by the matrix of BT.709 and its range.
//
// Primaries and curve stay those of the frame, which the encoder is told; what is brighter than white (PQ,
// HLG) is tone-mapped to sRGB, as pictures of videos are.
//
// Threads: a worker has one. Errors: Refused (unsupported_media_type) where the colours are of a kind that
// can't be converted, vips::VError.
#pragma once

#include <optional>

#include <vips/vips8>

#include "render/plan/size.h"
#include "render/worker/colors/color_encoding.h"
#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/tone_table.h"

namespace rucola::render::worker {

class PictureConverter {
 public:
  /// `upright`: even. `orientation`: as VideoFile has it.
  PictureConverter(Size upright, int orientation);

  ffmpeg::Owned<AVFrame> converted(const AVFrame& frame);

 private:
  /// What a scaler is made for.
  struct Source {
    int width = 0;
    int height = 0;
    int format = -1;
    int matrix = 0;
    bool is_of_whole_range = false;

    bool operator==(const Source&) const = default;
  };

  void prepare_scaler(const Source& source);
  ffmpeg::Owned<AVFrame> scaled(const AVFrame& frame);
  ffmpeg::Owned<AVFrame> scaled_in_rgb(const AVFrame& frame);
  vips::VImage tone_mapped(const vips::VImage& rgb, const ColorEncoding& encoding);

  Size stored_;  ///< before it is turned
  int orientation_;
  Source source_;
  ffmpeg::Owned<SwsContext> scaler_;
  std::optional<ToneTable> tones_;
};

/// What the encoder is told of pictures that are made of such frames.
AVColorPrimaries primaries_of_converted(const AVFrame& frame);
AVColorTransferCharacteristic transfer_of_converted(const AVFrame& frame);

}  // namespace rucola::render::worker
