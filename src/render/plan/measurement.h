// What must be seen in an image's pixels before a plan can go on: where its edges could be trimmed, how busy
// it is, what draws attention. The planner asks, a worker measures, and planning is repeated with the answer.
//
// Values; no shared state.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "render/plan/color.h"

namespace rucola::render {

struct Measurement {
  enum class Kind {
    entropy,    ///< one number, bits: 0 for a single colour, up to 8
    trim,       ///< left, top, width, height in pixels of what is not background
    faces,      ///< those that are found, as render/source/faces.h has them
    attention,  ///< x, y in pixels of what draws most of it
    film,  ///< of a video that is cut for streaming: 1 where its pictures can stay as they are coded, else
           ///< 0; bits a second; the most pixels that are decoded where a part is coded anew; then how long
           ///< each part is, in seconds
  };
  Kind kind = Kind::entropy;
  double fuzzy = 0;  ///< trim: by how much background may differ from itself, 0 to 100
  /// trim: the colour of what is background; that of the pixel at the top left where there is none.
  std::optional<Color> background{};
};

inline constexpr std::array measurement_kinds{Measurement::Kind::entropy, Measurement::Kind::trim,
                                              Measurement::Kind::faces, Measurement::Kind::attention,
                                              Measurement::Kind::film};
std::string_view name_of(Measurement::Kind kind);

/// No worker cuts a video into more, and how long each is has to fit into one message: the parts of a video
/// that is very long are longer.
inline constexpr std::size_t most_film_parts = 5'000;

/// In the order that the kind says.
using Measured = std::vector<double>;

}  // namespace rucola::render
