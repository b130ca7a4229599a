#include "render/planning/film_renditions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace rucola::render {
namespace {

constexpr std::array usual_heights{2160, 1440, 1080, 720, 480, 360};

/// Coded pictures have one sample of colour for two pixels by two.
std::int32_t even(std::int32_t side) {
  return std::max(2, side - side % 2);
}

Size lowered(Size size, std::int32_t height) {
  const double half = static_cast<double>(height) * size.width / size.height / 2;
  return {std::max(1, static_cast<std::int32_t>(std::lround(half))) * 2, height};
}

double pixels_of(Size size) {
  return static_cast<double>(size.width) * size.height;
}

bool take(std::string_view& text, char mark) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  return true;
}

/// One that is too large is as large as there are any.
std::optional<std::int32_t> take_number(std::string_view& text) {
  std::int32_t number = std::numeric_limits<std::int32_t>::max();
  if (text.starts_with('-')) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<Size> take_rendition(std::string_view& text) {
  if (!take_number(text) || !take(text, '-')) return std::nullopt;
  const auto width = take_number(text);
  if (!width || !take(text, 'x')) return std::nullopt;
  const auto height = take_number(text);
  if (!height) return std::nullopt;
  return Size{*width, *height};
}

/// What is measured of a film, in front of the parts.
constexpr std::size_t parts_from = 3;

bool is_sound(const Measured& measured) {
  constexpr double most = 1e15;
  const auto is_amount = [](double number) { return number >= 0 && number < most; };
  return measured.size() > parts_from && measured.size() <= parts_from + most_film_parts &&
         std::ranges::all_of(measured, is_amount);
}

}  // namespace

Result<Film> film_of(const Measured& measured, Size shown) {
  if (!is_sound(measured))
    return fail(ErrorCode::internal, "The video could not be cut into parts.",
                "what was measured is unsound");
  const bool keeps = measured[0] > 0;
  return Film{.size = keeps ? shown : Size{even(shown.width), even(shown.height)},
              .keeps_pictures = keeps,
              .bits_per_second = measured[1],
              .decoded_pixels = measured[2],
              .seconds = {measured.begin() + parts_from, measured.end()}};
}

std::vector<Size> film_renditions(const Film& film) {
  std::vector<Size> sizes{film.size};
  for (const std::int32_t height : usual_heights) {
    if (height < film.size.height) sizes.push_back(lowered(film.size, height));
  }
  return sizes;
}

bool is_coded_anew(const Film& film, Size rendition) {
  return rendition != film.size || !film.keeps_pictures;
}

double bits_per_second(const Film& film, Size rendition) {
  constexpr double by_pixels = 0.75;
  return film.bits_per_second * std::pow(pixels_of(rendition) / pixels_of(film.size), by_pixels);
}

std::string rendition_name(const Film& film, Size rendition) {
  constexpr double thousand = 1024;
  constexpr double most = 1e9;
  const double bits = std::min(most, bits_per_second(film, rendition) / thousand);
  return std::to_string(std::lround(bits)) + "-" + std::to_string(rendition.width) + "x" +
         std::to_string(rendition.height);
}

std::optional<Size> parse_rendition_name(std::string_view name) {
  const auto size = take_rendition(name);
  return name.empty() ? size : std::nullopt;
}

std::optional<FilmPart> parse_part_name(std::string_view name) {
  const auto size = take_rendition(name);
  if (!size || !take(name, '_')) return std::nullopt;
  const auto number = take_number(name);
  if (!number || !name.empty()) return std::nullopt;
  return FilmPart{*size, *number};
}

bool is_film_ending(std::string_view format) {
  return format == "m3u" || format == "m3u8" || format == "ts";
}

}  // namespace rucola::render
