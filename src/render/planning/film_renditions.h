// A video as it is streamed (docs/videos.md): in several sizes, its own and smaller ones, so that a player
// can choose by what its network and its screen can take, and each size in parts.
//
// Values; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "render/plan/measurement.h"
#include "render/plan/size.h"

namespace rucola::render {

struct Film {
  Size size;                    ///< of the largest rendition; even sides where it is coded anew
  bool keeps_pictures = false;  ///< of the largest rendition; those of all others are coded anew
  double bits_per_second = 0;   ///< of the uploaded file
  double decoded_pixels = 0;    ///< the most that are decoded where a part is coded anew
  std::vector<double> seconds;  ///< of each part
};

/// `shown`: the size that players show of it. Errors: internal for what no worker measures.
Result<Film> film_of(const Measured& measured, Size shown);

/// Largest first: the video's own size, then the usual heights that are lower, with the ratio kept and even
/// sides.
std::vector<Size> film_renditions(const Film& film);

bool is_coded_anew(const Film& film, Size rendition);

/// Of a rendition. That of a smaller one is an estimate: nothing is coded before it is asked for. Half the
/// pixels take about 60 per cent of the bits, since what is coarser has more to say by pixel.
double bits_per_second(const Film& film, Size rendition);

/// How URLs name a rendition: "6167-1920x1080". The first number, of thousands of bits a second, is for
/// people.
std::string rendition_name(const Film& film, Size rendition);
/// Nothing where it is no such name.
std::optional<Size> parse_rendition_name(std::string_view name);

struct FilmPart {
  Size rendition;
  std::int32_t number = 0;  ///< from 0
  bool operator==(const FilmPart&) const = default;
};

/// The name of the rendition, and behind a `_` that of the part: "6167-1920x1080_0".
std::optional<FilmPart> parse_part_name(std::string_view name);

/// Is it the ending of a list of parts or of renditions, or of a part?
bool is_film_ending(std::string_view format);

}  // namespace rucola::render
