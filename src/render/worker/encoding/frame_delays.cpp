#include "render/worker/encoding/frame_delays.h"

#include <algorithm>

namespace rucola::render::worker {

std::vector<std::int64_t> frame_delays(const vips::VImage& frames, std::size_t count) {
  constexpr int shortest = 11;
  constexpr int usual = 100;
  const std::vector<int> said =
      frames.get_typeof("delay") != 0 ? frames.get_array_int("delay") : std::vector<int>();
  std::vector<std::int64_t> delays(count, usual);
  for (std::size_t i = 0; i < std::min(count, said.size()); ++i) {
    if (said[i] >= shortest) delays[i] = said[i];
  }
  return delays;
}

}  // namespace rucola::render::worker
