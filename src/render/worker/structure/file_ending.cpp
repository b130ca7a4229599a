#include "render/worker/structure/file_ending.h"

#include <cstddef>
#include <limits>

#include "render/worker/structure/gif_structure.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

/// The last marker of a scan with an end of the image after it: then there may be anything behind.
bool jpeg_has_end(std::string_view bytes) {
  constexpr auto start_of_scan = "\xff\xda"sv;
  constexpr auto end_of_image = "\xff\xd9"sv;
  if (bytes.ends_with(end_of_image)) return true;
  const std::size_t end = bytes.rfind(end_of_image);
  if (end == std::string_view::npos) return false;
  const std::size_t scan = bytes.rfind(start_of_scan);
  return scan != std::string_view::npos && scan < end;
}

std::optional<std::string> jpeg_with_ending(std::string_view bytes) {
  if (jpeg_has_end(bytes)) return {};
  return std::string(bytes) + "\xff\xd9";
}

std::optional<std::string> gif_with_ending(std::string_view bytes) {
  const auto gif = read_gif_structure(bytes, std::numeric_limits<std::size_t>::max());
  if (!gif || gif->has_trailer) return {};
  return std::string(bytes) + ";";
}

}  // namespace

std::optional<std::string> with_ending(std::string_view bytes, Format format) {
  switch (format) {
    case Format::jpg:
      return jpeg_with_ending(bytes);
    case Format::gif:
      return gif_with_ending(bytes);
    default:
      return {};
  }
}

}  // namespace rucola::render::worker
