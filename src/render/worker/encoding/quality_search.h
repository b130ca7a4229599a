// The highest quality whose file is small enough. A file's size is known once it is written, so the search
// writes as few of them as it can: sizes follow the quality in much the same way in all formats and pictures,
// which tells where to look, and each file that is written corrects that.
//
// Pure; thread-safe. What `bytes_with` throws goes through.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace rucola::render::worker {

/// No search writes more files.
inline constexpr int most_quality_tries = 6;

/// What a quality is, which decides how sizes go with it.
enum class QualityUnit {
  of_its_own,  ///< as in JPEG and most formats
  decibels,    ///< about the PSNR, as in JPEG 2000
};

struct QualityRange {
  std::int32_t lowest = 1;  ///< from 1
  std::int32_t highest = 100;
  QualityUnit unit = QualityUnit::of_its_own;
};

/// How large the file of a quality is.
using BytesWith = std::function<std::size_t(std::int32_t quality)>;

/// The highest of the range whose file has at most `most_bytes`, or one near it where the sizes go up and
/// down or the tries are used up; nothing where none is found, in which case the lowest has been tried. Each
/// quality found to fit is higher than those before it, and the last one of them is returned.
std::optional<std::int32_t> highest_quality_within(std::size_t most_bytes, QualityRange range,
                                                   const BytesWith& bytes_with);

}  // namespace rucola::render::worker
