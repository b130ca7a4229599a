// An image sequence in an AVIF (AV1 Image File Format 1.1, section 3; ISO/IEC 23008-12, section 7) by its
// boxes: where the frames lie, how long each is shown, and what is said of their colours, before a decoder
// sees them.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "render/plan/size.h"

namespace rucola::render::worker {

struct AvifFrame {
  std::string_view colors;   ///< coded in AV1
  std::string_view opacity;  ///< the same; empty where the sequence has none
  std::int32_t delay_ms = 0;
};

/// The nclx box: code points of ITU-T H.273.
struct AvifNclx {
  int primaries = 2;
  int transfer = 2;
  int matrix = 2;
  bool full_range = false;
};

struct AvifSequence {
  Size size;  ///< as stored
  std::size_t declared_frames = 0;
  std::int32_t plays = 0;        ///< 0: without end
  std::int32_t orientation = 1;  ///< as EXIF counts it, of irot and imir
  int bits = 8;                  ///< of a sample of colour
  bool has_opacity = false;
  bool is_premultiplied = false;
  std::optional<AvifNclx> nclx{};  ///< outranks what the frames say
  std::string_view icc_profile{};  ///< empty where there is none
  std::optional<int> peak_nits{};  ///< the clli box
  std::vector<AvifFrame> frames{};
};

/// Nothing: browsers show it as a still, since its major brand is not "avis". The error says what is wrong or
/// cut off. Where more than `most_frames` are declared, none are read.
std::expected<std::optional<AvifSequence>, std::string> read_avif_sequence(std::string_view bytes,
                                                                           std::size_t most_frames);

}  // namespace rucola::render::worker
