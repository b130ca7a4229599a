// A plan: what one worker does to its source images, all geometry computed. The planner makes it in the
// server, the worker carries it out; nothing is decided twice.
//
// The serialised form is canonical (one plan, one text), so it is also what the key of a render is made of:
// two URLs that mean the same pixels have the same plan.
//
// Values; no shared state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "render/plan/format.h"
#include "render/plan/steps.h"

namespace rucola::render {

/// No plan needs more source files: an image, and what is composed onto it or written with.
inline constexpr std::size_t files_limit = 32;

/// Pixels, both ways, of the tiles in a file that is written as a pyramid.
inline constexpr std::int32_t pyramid_tile_side = 256;

/// Fields that don't matter for the format keep their defaults, so that equal files have equal encodings.
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
  bool as_it_is = false;             ///< svg: the source itself, which nothing is done to
  bool pyramid =
      false;  ///< tiff: at full size, at half, … in tiles; a jpg of `quality` inside unless lossless
  bool thorough = false;           ///< takes its time for a smaller file
  bool may_be_interlaced = false;  ///< a jpg: becomes progressive where that is smaller
  /// As a Butteraugli distance. Over 0, `quality` is only the highest to try: the lowest that comes no
  /// farther from the picture is used. A palette that comes farther is not used.
  double max_distance = 0;
  double size_counts = 1;  ///< where several encodings compete: how much a byte of this one weighs

  static constexpr std::tuple fields{Field{"format", &Encoding::format},
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
                                     Field{"pyramid", &Encoding::pyramid},
                                     Field{"thorough", &Encoding::thorough},
                                     Field{"may_be_interlaced", &Encoding::may_be_interlaced},
                                     Field{"max_distance", &Encoding::max_distance},
                                     Field{"size_counts", &Encoding::size_counts}};
};

struct Plan {
  std::int32_t file = 0;  ///< index among the job's source files
  Size
      source;  ///< of the upright source: what the steps were computed from; a drawing is loaded at this size
  std::int32_t page = 0;                 ///< of a document or a pyramid, from 1; 0 where the source has none
  std::vector<SvgChange> svg_changes{};  ///< made before the drawing is loaded
  std::vector<Step> steps;
  Encoding encoding;
  std::vector<Encoding> or_smaller{};        ///< tried as well; the smallest result is kept
  std::optional<Encoding> if_transparent{};  ///< instead, where the result can be seen through
  bool animated = false;                     ///< keep all frames

  static constexpr std::tuple fields{Field{"file", &Plan::file},
                                     Field{"source", &Plan::source},
                                     Field{"page", &Plan::page},
                                     Field{"svg_changes", &Plan::svg_changes},
                                     Field{"steps", &Plan::steps},
                                     Field{"encoding", &Plan::encoding},
                                     Field{"animated", &Plan::animated},
                                     Field{"if_transparent", &Plan::if_transparent},
                                     Field{"or_smaller", &Plan::or_smaller}};
};

/// Canonical JSON.
std::string serialise(const Plan& plan);
/// Reads what serialise() wrote; only the worker does.
Result<Plan> parse_plan(std::string_view text);

}  // namespace rucola::render
