// An AVIF with a sequence (AV1 Image File Format 1.1, section 3), written from coded frames: a track of
// colours, one of opacity where there is some, and the first frame once more as the picture for readers that
// know of no sequences, which takes no bytes of its own. All boxes stand before the frames, so that playing
// starts while loading.
//
// Pure. Errors: std::runtime_error where the frames are not as av1_units.h has them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "render/plan/size.h"
#include "render/worker/encoding/av1_units.h"

namespace rucola::render::worker {

struct CodedFrame {
  std::string bytes;  ///< a temporal unit without delimiters
  bool is_key = false;
};

/// Of 8 bits. Colours are sRGB's, with the matrix of BT.601 as libheif writes stills, but of the narrow
/// range: Chromium shows sequences of the whole range as if they were of that, with too much contrast.
/// Opacity is of the whole range.
struct CodedSequence {
  Size size;  ///< no side is over 65,535
  Av1Chroma chroma = Av1Chroma::halved;
  std::vector<CodedFrame> colors;         ///< the first is a key frame
  std::vector<CodedFrame> opacity;        ///< of one channel; as many, or none
  std::vector<std::int64_t> delays_ms{};  ///< as many, each at least 1
  std::int32_t plays = 0;                 ///< 0: without end
};

std::string avif_sequence_file(const CodedSequence& sequence);

}  // namespace rucola::render::worker
