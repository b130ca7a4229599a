// How a picture is written: the format, and what its encoder has to know. A value.
#pragma once

#include <cstdint>
#include <tuple>

#include "render/plan/color.h"
#include "render/plan/field.h"
#include "render/plan/format.h"

namespace rucola::render {

/// Pixels, both ways, of the tiles in a file that is written as a pyramid.
inline constexpr std::int32_t pyramid_tile_side = 256;

/// Members that don't matter for the format stay as they are initialised, so that equal files have equal
/// encodings.
struct Encoding {
  Format format = Format::jpg;
  std::int32_t quality = 80;  ///< 1 to 100; not for png and tiff
  bool lossless = false;      ///< webp, avif, jxl and jp2
  std::int32_t png_compression_level = 7;
  Color flatten_onto{};              ///< where the format has no transparency
  bool flatten_always = false;       ///< the option transparency.color is set
  bool interlaced = false;           ///< a progressive jpg, an interlaced png
  std::int32_t dpi = 0;              ///< written into jpg, png and tiff; 0: none
  std::int32_t palette_quality = 0;  ///< png and lossless webp: at most 256 colours, 1 to 100; 0: all of them
  Format inside = Format::png;       ///< svg: what the bitmap in it is; a jpg keeps transparency as a mask
  bool as_it_is = false;             ///< svg: the source itself, which nothing else is done to
  bool resized = false;              ///< svg as it is: but of the plan's size, which is not its own
  bool pyramid =
      false;  ///< tiff: at full size, at half, … in tiles; a jpg of `quality` inside unless lossless
  bool thorough = false;           ///< takes its time for a smaller file
  bool quick = false;              ///< takes less than usual, since a smaller file follows
  bool may_be_interlaced = false;  ///< a jpg: becomes progressive where that is smaller
  /// As a score of SSIMULACRA 2, of which 100 is the picture itself. Over 0, `quality` is only the highest to
  /// try: the lowest that scores no less is used. A palette that scores less is not used.
  double min_score = 0;
  double size_counts = 1;       ///< where several encodings compete: how much a byte of this one weighs
  bool keep_copyright = false;  ///< who made the source, and whose it is, as its file says it
  /// Over 0, `quality` is only the highest to try: the file has at most so many bytes, or there is none. Of
  /// what is without loss, `quality` is then the highest to try with losses, in a png of its palette; 100:
  /// none.
  std::int32_t max_bytes = 0;

  static constexpr std::tuple fields{Required{"format", &Encoding::format},
                                     Field{"quality", &Encoding::quality},
                                     Field{"lossless", &Encoding::lossless},
                                     Field{"png_compression_level", &Encoding::png_compression_level},
                                     Field{"flatten_onto", &Encoding::flatten_onto},
                                     Field{"flatten_always", &Encoding::flatten_always},
                                     Field{"interlaced", &Encoding::interlaced},
                                     Field{"dpi", &Encoding::dpi},
                                     Field{"palette_quality", &Encoding::palette_quality},
                                     Field{"inside", &Encoding::inside},
                                     Field{"as_it_is", &Encoding::as_it_is},
                                     Field{"resized", &Encoding::resized},
                                     Field{"pyramid", &Encoding::pyramid},
                                     Field{"thorough", &Encoding::thorough},
                                     Field{"quick", &Encoding::quick},
                                     Field{"may_be_interlaced", &Encoding::may_be_interlaced},
                                     Field{"min_score", &Encoding::min_score},
                                     Field{"size_counts", &Encoding::size_counts},
                                     Field{"keep_copyright", &Encoding::keep_copyright},
                                     Field{"max_bytes", &Encoding::max_bytes}};
};

}  // namespace rucola::render
