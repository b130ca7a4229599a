#include "render/worker/structure/gif_gaps.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

constexpr unsigned disposal_bits = 0x1cU;
constexpr unsigned clear_before_next = 2U << 2U;
constexpr unsigned leave = 1U << 2U;
constexpr unsigned transparent = 1U;

std::string little16(std::int32_t number) {
  return {static_cast<char>(number & 0xff), static_cast<char>((number >> 8) & 0xff)};
}

/// Its stream of pixels ends after the first one, which is transparent as well.
std::string empty_frame(const GifArea& area, unsigned disposal) {
  const std::string control = "\x21\xf9\x04"s + static_cast<char>(disposal | transparent) + "\0\0\0\0"s;
  const std::string image = "\x2c"s + little16(area.left) + little16(area.top) + little16(area.width) +
                            little16(area.height) + "\0"s;
  const std::string one_pixel_of_2_bits = "\x02\x02\x44\x01\0"s;
  return control + image + one_pixel_of_2_bits;
}

bool fills_canvas(const GifStructure& gif) {
  return covers(gif.frames.front().area, {0, 0, gif.width, gif.height});
}

/// Of a canvas that no frame can cover; libvips refuses it.
bool is_beyond_all_frames(const GifStructure& gif) {
  constexpr std::int32_t longest = 0xffff;
  return gif.width > longest || gif.height > longest;
}

/// What it is cleared to can be seen in the next frame.
bool leaves_a_gap(std::span<const GifFrame> rest) {
  const GifFrame& frame = rest.front();
  if (!frame.clears || frame.transparent || rest.size() < 2) return false;
  return rest[1].transparent || !covers(rest[1].area, frame.area);
}

bool has_gaps(const GifStructure& gif) {
  const std::span<const GifFrame> frames = gif.frames;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (leaves_a_gap(frames.subspan(i))) return true;
  }
  return !fills_canvas(gif);
}

/// From its predecessor's end to its own; emptied by a frame of its own.
std::string left_for_later(std::string_view bytes, std::size_t begin, const GifFrame& frame) {
  std::string text(bytes.substr(begin, frame.end - begin));
  char& flags = text[frame.control_flags_at - begin];
  flags = static_cast<char>((static_cast<unsigned char>(flags) & ~disposal_bits) | leave);
  return text + empty_frame(frame.area, clear_before_next);
}

}  // namespace

std::optional<GifWithGaps> with_gaps(std::string_view bytes, const GifStructure& gif) {
  if (!has_gaps(gif) || is_beyond_all_frames(gif)) return {};
  GifWithGaps result;
  result.bytes = bytes.substr(0, gif.frames_begin);
  result.bytes.reserve(bytes.size());
  result.pages.reserve(gif.frames.size());
  std::int32_t page = 0;
  if (!fills_canvas(gif)) {
    result.bytes += empty_frame({0, 0, gif.width, gif.height}, leave);
    ++page;
  }
  std::size_t begin = gif.frames_begin;
  const std::span<const GifFrame> frames = gif.frames;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    result.pages.push_back(page++);
    if (leaves_a_gap(frames.subspan(i))) {
      result.bytes += left_for_later(bytes, begin, frames[i]);
      ++page;
    } else {
      result.bytes += bytes.substr(begin, frames[i].end - begin);
    }
    begin = frames[i].end;
  }
  result.bytes += bytes.substr(begin);
  if (!gif.has_trailer) result.bytes += ';';
  return result;
}

}  // namespace rucola::render::worker
