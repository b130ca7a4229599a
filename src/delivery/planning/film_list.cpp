#include "delivery/planning/film_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace rucola::delivery {
namespace {

/// Version 3 has seconds with digits behind a point. EXT-X-INDEPENDENT-SEGMENTS is left out: a part begins
/// with a keyframe, but in a video with open groups of pictures those that are shown before it need the part
/// before.
constexpr std::string_view head = "#EXTM3U\n#EXT-X-VERSION:3\n";

std::string with_six_digits(double number) {
  std::array<char, 64> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed, 6).ptr;
  return {digits.data(), end};
}

/// The rate is that of the whole file, as the reference has it: what the largest part takes is known only
/// once all have been made.
std::string renditions(const render::FilmList& list, const FilmUrlOf& url_of) {
  std::string text(head);
  for (const auto& [name, size, bits_per_second, video] : list.renditions) {
    const auto bits = std::max(1LL, std::llround(bits_per_second));
    text.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(std::to_string(bits));
    text.append(",RESOLUTION=").append(std::to_string(size.width));
    text.append("x").append(std::to_string(size.height)).append("\n");
    text.append(url_of(name + ".m3u8", video)).append("\n");
  }
  return text;
}

std::string parts(const render::FilmList& list, const FilmUrlOf& url_of) {
  const auto& seconds = list.seconds;
  const double longest = *std::ranges::max_element(seconds);
  std::string text(head);
  text.append("#EXT-X-TARGETDURATION:");
  text.append(std::to_string(std::max(1LL, std::llround(std::ceil(longest))))).append("\n");
  text.append("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n");
  const std::string name = list.renditions.front().name + "_";
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    text.append("#EXTINF:").append(with_six_digits(seconds[i])).append(",\n");
    text.append(url_of(name + std::to_string(i) + ".ts", {})).append("\n");
  }
  return text.append("#EXT-X-ENDLIST\n");
}

}  // namespace

std::string film_list(const render::FilmList& list, const FilmUrlOf& url_of) {
  return list.of == render::FilmList::Of::renditions ? renditions(list, url_of) : parts(list, url_of);
}

}  // namespace rucola::delivery
