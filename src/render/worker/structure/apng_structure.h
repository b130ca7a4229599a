// The animation in a PNG by its chunks: where its frames lie and what becomes of them, before a decoder sees
// them.
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

namespace rucola::render::worker {

enum class ApngDisposal { keep, clear, restore };

struct ApngFrame {
  std::int32_t left = 0;
  std::int32_t top = 0;
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t delay_ms = 0;
  ApngDisposal disposal = ApngDisposal::keep;  ///< what of it the next frame finds
  bool is_over = false;                        ///< lies over what there was; else it takes its place
  std::size_t begin = 0;  ///< in the file, of the chunks with its pixels, between which others may lie
  std::size_t end = 0;
};

struct ApngStructure {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::uint32_t declared_frames = 0;
  std::int32_t plays = 0;  ///< 0: without end
  /// What readers show that know of no animation is the first frame; else it is a picture of its own.
  bool still_is_first = false;
  std::vector<ApngFrame> frames;
  // What all frames share: contents of chunks, empty where there is none.
  std::string_view header;
  std::string_view palette;
  std::string_view transparency;
};

/// Nothing: it does not move. The error says where the animation is cut off or wrong. Where more than
/// `most_frames` are declared, none are read.
std::expected<std::optional<ApngStructure>, std::string> read_apng_structure(std::string_view bytes,
                                                                             std::size_t most_frames);

/// A PNG of that frame alone, which is one of the structure's. Nothing: one of its chunks is damaged.
std::optional<std::string> png_of_frame(std::string_view bytes, const ApngStructure& apng,
                                        const ApngFrame& frame);

}  // namespace rucola::render::worker
